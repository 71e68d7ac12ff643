// `ip route` lines. What ip fills in by itself is left out, as a person would.

import type { Step } from '../binding.js';
import { ofTableLocal, scopeOf } from '../rtnl/routes.js';
import { shellWord } from '../shell-word.js';
import { encapWords, unspoken } from './encap.js';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';
import { type Fields, type Special, spell } from './words.js';

const verbs: Readonly<Record<string, string>> = { set: 'change', remove: 'del' };
const flags: Readonly<Record<string, string>> = { onLink: 'onlink', pervasive: 'pervasive' };
const tableNames: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' };

// Of a family that is neither IPv4 nor IPv6 it is bytes.
function via(router: string | Uint8Array): readonly string[] {
  if (typeof router !== 'string') return ['via', unspoken(router)];
  return ['via', router.includes(':') ? 'inet6' : 'inet', router];
}

function realms(flow: number): readonly string[] {
  const [source, destination] = [flow >>> 16, flow & 0xffff];
  return ['realms', source === 0 ? String(destination) : `${source}/${destination}`];
}

// The kernel's own units: ip multiplies only what carries a unit. ip locks rto_min by itself and has no word for it.
function metrics({ lock = [], ...values }: { lock?: readonly string[] } & Fields): readonly string[] {
  const rows = tables().named.get('RouteMetrics')?.rows ?? [];
  return Object.entries(values).flatMap(([name, value]) => {
    const [keyword] = rows.find((row) => row.name === name)?.ip.split(' ') ?? [];
    if (value === undefined || keyword === undefined) return [];
    const locked = lock.includes(name) && name !== 'rtoMin' ? ['lock'] : [];
    return [keyword, ...locked, ...[value].flat().map((one) => shellWord(String(one)))];
  });
}

function nextHop(hop: Fields, at: Surroundings): readonly string[] {
  const { index, hops = 0, flags: set, encapType, encap, ...rest } = hop;
  return [
    'nexthop',
    ...encapWords({ encapType, encap }, at),
    ...spell([tables().named.get('NextHopAttributes')], rest, at, special),
    ...(index === undefined ? [] : ['dev', at.link(index)]),
    ...(hops === 0 ? [] : ['weight', String(Number(hops) + 1)]),
    ...(set === undefined ? [] : flagWords(set)),
  ];
}

const flagWords = (names: unknown) => [names].flat().flatMap((name) => flags[String(name)] ?? []);

const special: Special = {
  flags: flagWords,
  flow: realms,
  metrics,
  via,
  // ip reads it as hexadecimal, whatever stands before.
  tos: (value: number) => ['tos', `0x${value.toString(16)}`],
  multipath: (hops: readonly Fields[], at) => hops.flatMap((hop) => nextHop(hop, at)),
  newDestination: (labels: Uint8Array) => ['as', unspoken(labels)],
};

export function explainRoute(
  { verb, value }: Extract<Step, { do: 'request' }>,
  at: Surroundings,
): readonly string[] {
  const { family, type, destination, destinationLength, source, sourceLength, ...others } = value;
  const { protocol, scope, headerTable, table, multipath, encapType, encap, ...rest } = others;
  const removing = verb === 'remove';
  const routed = [rest.gateway, rest.via, multipath, rest.nextHopId].some((hop) => hop !== undefined);
  const ownScope = family === 'inet6' ? 'global' : scopeOf(type, routed, removing);
  const ownTable = ofTableLocal.includes(type) ? 255 : 254;
  const number = Number(table ?? headerTable ?? ownTable);
  const words = [
    ...(type === undefined || (type === 'unicast' && !removing) ? [] : [String(type)]),
    destination === undefined ? 'default' : `${destination}/${destinationLength}`,
    ...(source === undefined ? [] : ['from', `${source}/${sourceLength}`]),
    ...encapWords({ encapType, encap }, at),
    ...spell(tables().objects.get('route') ?? [], rest, at, special),
    ...(protocol === undefined || protocol === (removing ? 0 : 'boot') ? [] : ['proto', String(protocol)]),
    ...(scope === undefined || scope === ownScope ? [] : ['scope', String(scope)]),
    ...(number === ownTable ? [] : ['table', tableNames[number] ?? String(number)]),
    ...spell([], { multipath }, at, special),
  ];
  return [`${family === 'inet6' ? '-6 ' : ''}route ${verbs[verb] ?? verb} ${words.join(' ')}`];
}
