// The objects that are compared: which command prints each, how we list it, and the mapping between the two.

import { binding } from '../../../src/binding.js';
import type { Namespace } from '../../../src/namespace.js';
import { all as everything, request } from '../../../src/rtnl/operation.js';
import type { Plain, Row } from './mapping.js';
import { addressRows } from './mappings/address.js';
import { linkRows } from './mappings/link.js';
import { fdbRows, neighbourRows } from './mappings/neighbour.js';
import { nextHopRows } from './mappings/next-hop.js';
import { routeRows } from './mappings/route.js';
import { ruleRows } from './mappings/rule.js';

const description = binding.describe();

export interface Compared {
  readonly name: string;
  /** In the tables, where it is read by its name there. */
  readonly object?: string;
  readonly program: 'ip' | 'bridge';
  readonly options?: readonly string[];
  readonly command: string;
  /** Iproute2's entries, where its answer is not their list. */
  readonly entries?: (answer: readonly Plain[]) => readonly Plain[];
  readonly list: (ns: Namespace) => Promise<readonly unknown[]>;
  /** Reads one of them by itself, which must say the same. */
  readonly get?: (ns: Namespace, listed: Plain) => Promise<unknown>;
  readonly rows: readonly Row[] | ((ours: Plain) => readonly Row[]);
}

/** ip groups addresses by link, in the order of links. */
async function addressesByLink(ns: Namespace) {
  const [links, addresses] = [await ns.links.list({ stats: true }), await ns.addresses.list()];
  const place = new Map(links.map(({ index }, i) => [index, i]));
  return addresses.toSorted((a, b) => (place.get(a.index) ?? -1) - (place.get(b.index) ?? -1));
}

/** A list by the table's name. */
function read(object: string, value: Readonly<Record<string, unknown>>): Pick<Compared, 'object' | 'list'> {
  const step = request(
    object as Parameters<typeof request>[0],
    'list',
    'all',
    () => value,
    everything<unknown>,
  );
  return { object, list: (ns) => ns.perform(step) };
}

const all: readonly Compared[] = [
  {
    name: 'link',
    program: 'ip',
    command: 'link show',
    list: (ns) => ns.links.list({ stats: true }),
    get: (ns, { index }) => ns.links.get(Number(index)),
    rows: linkRows,
  },
  {
    name: 'address',
    program: 'ip',
    command: 'address show',
    entries: (links) => links.flatMap(({ addr_info }) => addr_info as readonly Plain[]),
    list: addressesByLink,
    rows: addressRows,
  },
  {
    name: 'route',
    program: 'ip',
    command: 'route show table all',
    list: (ns) => ns.routes.list(),
    rows: routeRows,
  },
  {
    name: 'rule',
    program: 'ip',
    command: 'rule show',
    ...read('rule', { family: 'inet' }),
    rows: ruleRows,
  },
  {
    name: 'rule6',
    program: 'ip',
    options: ['-6'],
    command: 'rule show',
    ...read('rule', { family: 'inet6' }),
    rows: ruleRows,
  },
  {
    name: 'neighbour',
    program: 'ip',
    command: 'neighbour show nud all',
    ...read('neighbour', {}),
    rows: neighbourRows,
  },
  {
    name: 'proxy',
    program: 'ip',
    command: 'neighbour show proxy',
    ...read('neighbour', { flags: ['proxy'] }),
    rows: neighbourRows,
  },
  { name: 'nexthop', program: 'ip', command: 'nexthop show', ...read('nextHop', {}), rows: nextHopRows },
  {
    name: 'fdb',
    program: 'bridge',
    command: 'fdb show',
    ...read('neighbour', { family: 'bridge' }),
    rows: fdbRows,
  },
];

/** Those of them that the tables know. */
export const objects = all.filter(({ object }) => object === undefined || knows(object));

export function knows(object: string): boolean {
  return description.objects.some(({ name }) => name === object);
}
