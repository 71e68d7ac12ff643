// Routes looked up, by us and by `ip route get`: questions drawn from what stands in a topology and from what does not, and how the
// answers, or the kernel's refusals, are compared.

import { NetlinkError } from '../../../src/errors.js';
import type { Namespace } from '../../../src/namespace.js';
import type { RouteLookup } from '../../../src/rtnl/route-lookup.js';
import type { Scene } from './formats.js';
import { type Comparison, compareLists, type Plain } from './mapping.js';
import { lookupRows } from './mappings/lookup.js';
import type { Random } from './random.js';
import type { Answer } from './read-ip.js';

/** What is known of a topology when questions are drawn. */
export interface Known {
  readonly links: readonly Plain[];
  readonly addresses: readonly Plain[];
  readonly routes: readonly Plain[];
}

/** Somewhere a route or nothing at all may lead. */
const anywhere = {
  inet: [
    '9.9.9.9',
    '10.1.2.3',
    '20.3.1.1',
    '30.4.0.1',
    '127.0.0.1',
    '224.0.0.5',
    '255.255.255.255',
    '0.0.0.0',
  ],
  inet6: ['2001:db8::9', 'fd00:1::2', 'fd01:3::1', '::1', 'ff02::1', 'fe80::1', '::'],
};

function ends({ addresses, routes }: Known, family: 'inet' | 'inet6') {
  const own = (list: readonly Plain[], name: string) =>
    list.flatMap((one) => (one.family === family && one[name] !== undefined ? [String(one[name])] : []));
  return { own: own(addresses, 'address'), led: own(routes, 'destination') };
}

export function drawLookup(random: Random, known: Known): RouteLookup {
  const family = random.chance(0.6) ? 'inet' : 'inet6';
  const { own, led } = ends(known, family);
  const strange = anywhere[family];
  const pick = () => random.pick(random.one(own, led, strange)) ?? random.one('9.9.9.9', '10.1.2.3');
  const of = (text: string) => (text.includes(':') === (family === 'inet6') ? text : strange[0]) ?? text;
  const source = () => of(random.pick(random.chance(0.7) ? own : strange) ?? pick());
  const link = () => Number(random.pick(known.links)?.index ?? 1);
  const came = random.chance(0.15);
  return {
    destination: of(pick()),
    ...(came ? { source: source(), inputLink: link() } : random.maybe('source', source, 0.25)),
    ...random.maybe('outputLink', link, came ? 0 : 0.2),
    ...random.maybe('mark', () => random.int(1, 99), 0.2),
    ...random.maybe('tos', () => random.one(4, 8, 16), 0.1),
    ...random.maybe('uid', () => random.int(0, 99), 0.1),
    ...(random.chance(0.15)
      ? {
          ipProto: random.one('tcp', 'udp'),
          sourcePort: random.int(1, 9),
          destinationPort: random.int(1, 99),
        }
      : {}),
    ...random.maybe('fibMatch', () => true, 0.15),
  };
}

/** As a person asks. */
export function lookupWords({ destination, fibMatch, ...rest }: RouteLookup, { links }: Scene): string {
  const name = (link: unknown) => links.get(Number(link))?.name;
  const { source, inputLink, outputLink, mark, tos, uid, ipProto, sourcePort, destinationPort } = rest;
  const words = Object.entries({
    from: source,
    iif: inputLink && name(inputLink),
    oif: outputLink && name(outputLink),
    mark,
    tos: tos && `0x${tos.toString(16)}`,
    uid,
    ipproto: ipProto,
    sport: sourcePort,
    dport: destinationPort,
  }).flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`]));
  return ['route get', ...(fibMatch ? ['fibmatch'] : []), destination, ...words].join(' ');
}

/** Our answer, in the form of the other's. */
export async function lookUp(ns: Namespace, lookup: RouteLookup): Promise<Answer> {
  try {
    return [(await ns.routes.get(lookup)) as unknown as Plain];
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    return error.kernelMessage === undefined
      ? `RTNETLINK answers: ${/: E[A-Z]+: ([^(]+?)(?: \(|$)/.exec(error.message)?.[1]}`
      : `Error: ${error.kernelMessage}`;
  }
}

export function compareLookup(words: string, ours: Answer, theirs: Answer, scene: Scene): Comparison {
  if (typeof ours !== 'string' && typeof theirs !== 'string')
    return compareLists(words, lookupRows, ours, theirs, scene);
  // It ends its sentence, and the kernel some.
  const said = (answer: Answer) => (typeof answer === 'string' ? answer.replace(/\.+$/, '') : answer);
  const same = said(ours) === said(theirs);
  return { fields: 1, differences: same ? [] : [{ field: words, ours, theirs }] };
}
