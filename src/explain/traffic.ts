// `tc` lines. What the structs hold is turned back into tc's words: rates as `bps`, which to tc are bytes per second.

import type { Step } from '../binding.js';
import type {
  ActionRequest,
  Gact,
  HtbRequest,
  MirredRequest,
  PoliceRequest,
  RateSpecRequest,
  TbfRequest,
} from '../rtnl/attributes.generated.js';
import { shellWord } from '../shell-word.js';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';
import { type Fields, type Special, spell } from './words.js';

type Words = readonly string[];

const optional = (keyword: string, value: unknown): Words =>
  value === undefined ? [] : [keyword, shellWord(String(value))];

function shape({ mpu = 0, overhead = 0, linkLayer }: RateSpecRequest): Words {
  return [
    ...optional('mpu', mpu || undefined),
    ...optional('overhead', overhead || undefined),
    ...(linkLayer === 'atm' ? ['linklayer', 'atm'] : []),
  ];
}

const rateOf = (spec: RateSpecRequest | undefined, wide: bigint | undefined) =>
  wide ?? BigInt(spec?.rate ?? 0);

/** As many bytes as tc makes the same ticks of. */
const bytesOf = (ticks: number | undefined, rate: bigint) =>
  (BigInt(ticks ?? 0) * 64n * rate) / 1_000_000_000n;

function tbf({ parms = {}, burst, peakBurst, rate64, peakRate64 }: TbfRequest): Words {
  const peak = rateOf(parms.peakRate, peakRate64);
  return [
    ...['rate', `${rateOf(parms.rate, rate64)}bps`, 'burst', String(burst), 'limit', String(parms.limit)],
    ...(peak === 0n ? [] : ['peakrate', `${peak}bps`, 'mtu', String(peakBurst)]),
    ...shape(parms.rate ?? {}),
  ];
}

function htb({ init, parms, rate64, ceil64, directQueueLength, offload }: HtbRequest): Words {
  if (init !== undefined) {
    const { defaultClass = 0, rate2quantum = 10 } = init;
    return [
      ...(defaultClass === 0 ? [] : ['default', defaultClass.toString(16)]),
      ...(rate2quantum === 10 ? [] : ['r2q', String(rate2quantum)]),
      ...optional('direct_qlen', directQueueLength),
      ...(offload ? ['offload'] : []),
    ];
  }
  if (parms === undefined) return [];
  const [rate, ceil] = [rateOf(parms.rate, rate64), rateOf(parms.ceil, ceil64)];
  return [
    ...['rate', `${rate}bps`, 'burst', String(bytesOf(parms.buffer, rate))],
    ...['ceil', `${ceil}bps`, 'cburst', String(bytesOf(parms.ceilBuffer, ceil))],
    ...optional('prio', parms.priority || undefined),
    ...optional('quantum', parms.quantum || undefined),
    ...shape(parms.rate ?? {}),
    ...longestPacket(parms.rate ?? {}),
  ];
}

/** What tc takes for a class's longest packet unless told, as the cells of its rate tables show it. */
const usualCellLog = 3;

/** The rate tables have 256 cells: how wide one is tells the longest packet, up to what makes no difference. */
function longestPacket({ cellLog = usualCellLog }: RateSpecRequest): Words {
  return cellLog === usualCellLog ? [] : ['mtu', String(256 * 2 ** cellLog - 1)];
}

const control: Readonly<Record<string, string>> = { shot: 'drop', unspecified: 'continue' };
const controlWord = (name: unknown) => control[String(name)] ?? String(name);

function police({ parms = {}, rate64, peakRate64, conform }: PoliceRequest): Words {
  const [rate, peak] = [rateOf(parms.rate, rate64), rateOf(parms.peakRate, peakRate64)];
  const verdict = conform === undefined ? '' : `/${controlWord(conform)}`;
  return [
    ...['rate', `${rate}bps`, 'burst', String(bytesOf(parms.burst, rate))],
    ...(peak === 0n ? [] : ['peakrate', `${peak}bps`]),
    ...optional('mtu', parms.mtu || undefined),
    ...shape(parms.rate ?? {}),
    ...['conform-exceed', `${controlWord(parms.action)}${verdict}`],
  ];
}

const mirrored = /^(egress|ingress)(Redirect|Mirror)$/;

function actionWords({ kind, options }: ActionRequest, at: Surroundings): Words {
  switch (kind) {
    case 'police':
      return ['action', 'police', ...police(options as PoliceRequest)];
    case 'mirred': {
      const { direction, link } = (options as MirredRequest).parms ?? {};
      const [, way = '', what = ''] = mirrored.exec(String(direction)) ?? [];
      return ['action', 'mirred', way, what.toLowerCase(), 'dev', at.link(link)];
    }
    case 'gact':
      return ['action', controlWord((options as Gact).parms?.action)];
    default:
      return ['action', String(kind)];
  }
}

interface Key {
  readonly mask?: number;
  readonly value?: number;
  readonly offset?: number;
  readonly offsetMask?: number;
}

const hex = (value = 0) => `0x${value.toString(16)}`;

const matching: Special = {
  selector: ({ keys = [] }: { keys?: readonly Key[] }) =>
    keys.flatMap(({ mask, value, offset = 0, offsetMask = 0 }) => [
      ...['match', 'u32', hex(value), hex(mask)],
      ...['at', offsetMask === 0 ? String(offset) : `nexthdr+${offset}`],
    ]),
  mark: ({ value, mask }: { value?: number; mask?: number }) => ['mark', hex(value), hex(mask)],
  flags: (names: readonly string[]) =>
    names.flatMap((name) => ({ skipHardware: 'skip_hw', skipSoftware: 'skip_sw' })[name] ?? []),
  ipProto: (number: number) => [
    'ip_proto',
    { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' }[number] ?? number.toString(16),
  ],
  etherType: () => [],
  ecn: (on: number) => [on === 0 ? 'noecn' : 'ecn'],
};

/** flower's masks stand behind what they mask. */
function masked(options: Fields): Fields {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => {
      if (name.endsWith('Mask')) return [];
      const mask = options[`${name}Mask`];
      return [[name, mask === undefined ? value : `${String(value)}/${String(mask)}`]];
    }),
  );
}

function optionWords(kind: string, options: unknown, at: Surroundings): Words {
  if (options === undefined || options instanceof Uint8Array) return [];
  if (kind === 'tbf') return tbf(options as TbfRequest);
  if (kind === 'htb') return htb(options as HtbRequest);
  const { actions = [], ...rest } = masked(options as Fields) as {
    actions?: readonly ActionRequest[];
  } & Fields;
  const named: Readonly<Record<string, string>> = {
    matchall: 'Matchall',
    u32: 'U32',
    flower: 'Flower',
    fq_codel: 'FqCodel',
    pfifo: 'Fifo',
    bfifo: 'Fifo',
  };
  return [
    ...spell([tables().named.get(named[kind] ?? '')], rest, at, matching),
    ...actions.flatMap((action) => actionWords(action, at)),
  ];
}

const verbs: Readonly<Record<string, string>> = { set: 'change', remove: 'del' };
const parents: Readonly<Record<string, Words>> = {
  root: ['root'],
  clsact: [],
  ingress: [],
  'ffff:fff2': ['ingress'],
  'ffff:fff3': ['egress'],
};

/** Of a discipline, a class or a filter: the words are in the same order. */
export function explainTraffic(
  { object, verb, value }: Extract<Step, { do: 'request' }>,
  at: Surroundings,
): Words {
  const { index, parent, handle, protocol, priority, chain, kind, options, ...rest } = value;
  const own = kind === 'clsact' || kind === 'ingress';
  const words = [
    ...['dev', at.link(index)],
    ...(parent === undefined ? [] : (parents[String(parent)] ?? ['parent', String(parent)])),
    ...optional('protocol', protocol),
    ...optional('prio', priority),
    ...(own ? [] : optional(object === 'class' ? 'classid' : 'handle', handle)),
    ...optional('chain', chain),
    ...(rest.ingressBlock === undefined ? [] : ['ingress_block', String(rest.ingressBlock)]),
    ...(rest.egressBlock === undefined ? [] : ['egress_block', String(rest.egressBlock)]),
    ...(kind === undefined ? [] : [shellWord(String(kind))]),
    ...optionWords(String(kind), options, at),
  ];
  return [`${object} ${verbs[verb] ?? verb} ${words.join(' ')}`];
}
