// The objects that are compared: which command prints each, how we list it, and the mapping between the two.

import type { Namespace } from '../../../src/namespace.js';
import type { RequestStep } from './changes/record.js';
import type { Plain, Row } from './mapping.js';
import { addressRows } from './mappings/address.js';
import { linkRows } from './mappings/link.js';
import { fdbRows, neighbourRows } from './mappings/neighbour.js';
import { nextHopRows } from './mappings/next-hop.js';
import { routeRows } from './mappings/route.js';
import { ruleRows } from './mappings/rule.js';
import { eachOfItsLink, tunnelRows, vlanRows } from './mappings/vlan.js';

export interface Compared {
  readonly name: string;
  readonly program: 'ip' | 'bridge';
  readonly options?: readonly string[];
  /** Printed without details, which are another request there and tell other things. */
  readonly plain?: true;
  readonly command: string;
  /** Iproute2's entries, where its answer is not their list. */
  readonly entries?: (answer: readonly Plain[]) => readonly Plain[];
  readonly list: (ns: Namespace) => Promise<readonly unknown[]>;
  /** Reads one of them by itself, which must say the same. */
  readonly get?: (ns: Namespace, listed: Plain) => Promise<unknown>;
  readonly rows: readonly Row[] | ((ours: Plain) => readonly Row[]);
  /** Whose requests they are that change it. */
  readonly changedBy?: (step: RequestStep) => boolean;
}

const family = ({ value }: RequestStep) => value.family;
const isProxy = ({ value }: RequestStep) => ((value.flags ?? []) as readonly unknown[]).includes('proxy');

/** ip groups addresses by link, in the order of links. */
async function addressesByLink(ns: Namespace) {
  const [links, addresses] = [await ns.links.list({ stats: true }), await ns.addresses.list()];
  const place = new Map(links.map(({ index }, i) => [index, i]));
  return addresses.toSorted((a, b) => (place.get(a.index) ?? -1) - (place.get(b.index) ?? -1));
}

export const objects: readonly Compared[] = [
  {
    name: 'link',
    program: 'ip',
    command: 'link show',
    list: (ns) => ns.links.list({ stats: true }),
    get: (ns, { index }) => ns.links.get(Number(index)),
    rows: linkRows,
    changedBy: ({ object }) => object === 'link',
  },
  {
    name: 'address',
    program: 'ip',
    command: 'address show',
    entries: (links) =>
      links.flatMap(({ ifname, addr_info }) =>
        (addr_info as readonly Plain[]).map((one) => ({ ifname, ...one })),
      ),
    list: addressesByLink,
    rows: addressRows,
    changedBy: ({ object }) => object === 'address',
  },
  {
    name: 'route',
    program: 'ip',
    command: 'route show table all',
    list: (ns) => ns.routes.list(),
    rows: routeRows,
    changedBy: ({ object }) => object === 'route',
  },
  {
    name: 'rule',
    program: 'ip',
    command: 'rule show',
    list: (ns) => ns.rules.list({ family: 'inet' }),
    rows: ruleRows,
    changedBy: (step) => step.object === 'rule' && family(step) === 'inet',
  },
  {
    name: 'rule6',
    program: 'ip',
    options: ['-6'],
    command: 'rule show',
    list: (ns) => ns.rules.list({ family: 'inet6' }),
    rows: ruleRows,
    changedBy: (step) => step.object === 'rule' && family(step) === 'inet6',
  },
  {
    name: 'neighbour',
    program: 'ip',
    command: 'neighbour show nud all',
    list: (ns) => ns.neighbours.list(),
    rows: neighbourRows,
    changedBy: (step) => step.object === 'neighbour' && family(step) !== 'bridge' && !isProxy(step),
  },
  {
    name: 'proxy',
    program: 'ip',
    command: 'neighbour show proxy',
    list: (ns) => ns.neighbours.list({ proxy: true }),
    rows: neighbourRows,
    changedBy: (step) => step.object === 'neighbour' && family(step) !== 'bridge' && isProxy(step),
  },
  {
    name: 'nexthop',
    program: 'ip',
    command: 'nexthop show',
    list: (ns) => ns.nextHops.list(),
    get: (ns, { id }) => ns.nextHops.get(Number(id)),
    rows: nextHopRows,
    changedBy: ({ object }) => object === 'nextHop',
  },
  {
    name: 'fdb',
    program: 'bridge',
    command: 'fdb show',
    list: (ns) => ns.fdb.list(),
    rows: fdbRows,
    changedBy: (step) => step.object === 'neighbour' && family(step) === 'bridge',
  },
  {
    name: 'namespace id',
    program: 'ip',
    command: 'netns list-id',
    list: async (ns) => (await ns.namespaceIds.list()).map((id) => ({ id })),
    rows: [
      ['nsid', 'id'],
      ['name', 'id', 'namespaceName'],
    ],
  },
  {
    name: 'vlan',
    program: 'bridge',
    options: ['-compressvlans'],
    plain: true,
    command: 'vlan show',
    entries: eachOfItsLink('vlans'),
    list: (ns) => ns.vlans.list(),
    rows: vlanRows,
  },
  {
    name: 'vlan tunnel',
    program: 'bridge',
    options: ['-compressvlans'],
    plain: true,
    command: 'vlan tunnelshow',
    entries: eachOfItsLink('tunnels'),
    list: (ns) => ns.vlans.listTunnels(),
    rows: tunnelRows,
  },
];
