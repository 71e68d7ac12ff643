// `ip neighbour`, `bridge fdb`, `ip rule`, `ip nexthop` and `ip netns set` lines.

import type { Step } from '../binding.js';
import type { ResilientGroupRequest } from '../rtnl/attributes.generated.js';
import { shellWord } from '../shell-word.js';
import { encapWords } from './encap.js';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';
import { type Special, spell } from './words.js';

type Request = Extract<Step, { do: 'request' }>;
type Words = readonly string[];

const verbs: Readonly<Record<string, string>> = { set: 'change', remove: 'del' };
const ipVerb = (verb: string) => verbs[verb] ?? verb;
const listed = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const states: Readonly<Record<string, string>> = { noArp: 'noarp' };
const flagNames: Readonly<Record<string, string>> = { extLearned: 'extern_learn' };

const neighbourWords: Special = {
  flags: (names: readonly string[]) => names.map((name) => flagNames[name] ?? name),
  extFlags: (names: readonly string[]) =>
    names.map((name) => (name === 'extValidated' ? 'extern_valid' : name)),
};

export function isForwarding({ value }: Request): boolean {
  return value.family === 'bridge';
}

export function explainNeighbour(step: Request, at: Surroundings): Words {
  const { family: _, index, state, destination, linkAddress, flags, ...rest } = step.value;
  const objects = tables().objects.get('neighbour') ?? [];
  if (isForwarding(step)) {
    const known = listed(state);
    const kept = known.includes('permanent') ? [] : [known.includes('noArp') ? 'static' : 'dynamic'];
    const words = [
      ...[String(linkAddress), 'dev', at.link(index)],
      ...spell(objects, { destination, ...rest, flags }, at, neighbourWords),
      ...kept,
    ];
    return [`fdb ${step.verb === 'remove' ? 'del' : step.verb} ${words.join(' ')}`];
  }
  const proxy = listed(flags).includes('proxy');
  const nud = listed(state).map((name) => states[name] ?? name);
  const words = [
    ...(proxy ? ['proxy'] : []),
    String(destination),
    ...(linkAddress === undefined ? [] : ['lladdr', String(linkAddress)]),
    ...['dev', at.link(index)],
    ...(step.verb === 'remove' || proxy || nud[0] === 'permanent' ? [] : ['nud', nud[0] ?? 'none']),
    ...spell(
      objects,
      { ...rest, flags: listed(flags).filter((name) => name !== 'proxy') },
      at,
      neighbourWords,
    ),
  ];
  return [`neighbour ${ipVerb(step.verb)} ${words.join(' ')}`];
}

interface Range {
  readonly start?: number;
  readonly end?: number;
}
const range = ({ start, end }: Range) => (start === end ? String(start) : `${start}-${end}`);

const ruleWords: Special = {
  uidRange: ({ start, end }: Range) => ['uidrange', `${start}-${end}`],
  l3mdev: (on: boolean) => (on ? ['l3mdev'] : []),
  flow: (flow: number) => ['realms', flow >>> 16 === 0 ? String(flow) : `${flow >>> 16}/${flow & 0xffff}`],
  tos: (value: number) => ['tos', `0x${value.toString(16)}`],
};
/** What is written with its mask behind it. */
const masked = (word: string, value: unknown, mask: unknown): Words =>
  value === undefined ? [] : [word, mask === undefined ? String(value) : `${value}/${mask}`];
const ports = (value: unknown) => value && range(value as Range);
const tableNames: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' };

export function explainRule({ verb, value }: Request, at: Surroundings): Words {
  const { family, action, flags, source, sourceLength, destination, destinationLength, ...others } = value;
  const { headerTable, table, mark, mask, protocol, goto: target, ...further } = others;
  const { sourcePorts, sourcePortMask, destinationPorts, destinationPortMask, ...more } = further;
  const { dscp, dscpMask, flowLabel, flowLabelMask, ...rest } = more;
  const number = table ?? headerTable;
  const words = [
    ...(listed(flags).includes('invert') ? ['not'] : []),
    ...(source === undefined ? [] : ['from', `${source}/${sourceLength}`]),
    ...(destination === undefined ? [] : ['to', `${destination}/${destinationLength}`]),
    ...masked('fwmark', mark, mask),
    ...spell(tables().objects.get('rule') ?? [], rest, at, ruleWords),
    ...masked('sport', ports(sourcePorts), sourcePortMask),
    ...masked('dport', ports(destinationPorts), destinationPortMask),
    ...masked('dscp', dscp, dscpMask),
    ...masked('flowlabel', flowLabel, flowLabelMask),
    ...(protocol === undefined ? [] : ['protocol', String(protocol)]),
    ...(number === undefined ? [] : ['table', tableNames[Number(number)] ?? String(number)]),
    ...(action === undefined || action === 'toTable' ? [] : [String(action)]),
    ...(target === undefined ? [] : [String(target)]),
  ];
  return [`${family === 'inet6' ? '-6 ' : ''}rule ${ipVerb(verb)} ${words.join(' ')}`];
}

interface Member {
  readonly id?: number;
  readonly weight?: number;
}

const nextHopWords: Special = {
  flags: (names: readonly string[]) => (names.includes('onLink') ? ['onlink'] : []),
  group: (members: readonly Member[]) => [
    'group',
    members.map(({ id, weight = 0 }) => (weight === 0 ? String(id) : `${id},${weight + 1}`)).join('/'),
  ],
  groupType: (type: string) => ['type', type],
  // ip's timers are in seconds.
  resilient: ({ buckets, idleTimer, unbalancedTimer }: ResilientGroupRequest) => [
    ...(buckets === undefined ? [] : ['buckets', String(buckets)]),
    ...(idleTimer === undefined ? [] : ['idle_timer', String(idleTimer / 100)]),
    ...(unbalancedTimer === undefined ? [] : ['unbalanced_timer', String(unbalancedTimer / 100)]),
  ],
};

export function explainNextHop({ verb, value }: Request, at: Surroundings): Words {
  const { family, protocol, encapType, encap, ...rest } = value;
  // Not last: there ip refuses what is one word long.
  const words = [
    ...encapWords({ encapType, encap }, at),
    ...spell(tables().objects.get('nextHop') ?? [], rest, at, nextHopWords),
    ...(protocol === undefined || protocol === 0 ? [] : ['proto', String(protocol)]),
  ];
  const plain = rest.gateway === undefined && family === 'inet6' ? '-6 ' : '';
  return [`${plain}nexthop ${ipVerb(verb)} ${words.join(' ')}`];
}

export function explainNamespaceId({ value }: Request, at: Surroundings): Words {
  const { slot } = (value.namespaceFd ?? {}) as { slot?: number };
  const id = Number(value.id);
  return [`netns set ${shellWord(at.namespace(slot ?? -1))} ${id < 0 ? 'auto' : id}`];
}
