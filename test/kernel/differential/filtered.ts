// Lists that the kernel filters against the whole list, filtered here.

import type { Namespace } from '../../../src/namespace.js';
import type { Difference, Plain } from './mapping.js';
import { Random } from './random.js';

/** A filter drawn from one of the list, and what it leaves of it. */
interface Filtered {
  readonly name: string;
  readonly all: (ns: Namespace) => Promise<readonly unknown[]>;
  readonly by: (one: Plain) => Plain;
  readonly list: (ns: Namespace, filter: never) => Promise<readonly unknown[]>;
  readonly keeps: (filter: Plain, one: Plain, links: ReadonlyMap<unknown, Plain>) => boolean;
}

const kindOf = ({ linkInfo }: Plain) => (linkInfo as Plain | undefined)?.kind;
const masterOf = (links: ReadonlyMap<unknown, Plain>, index: unknown) => links.get(index)?.master;

const links = (ns: Namespace) => ns.links.list();
const addresses = (ns: Namespace) => ns.addresses.list();
const routes = (ns: Namespace) => ns.routes.list();
const neighbours = (ns: Namespace) => ns.neighbours.list();
const nextHops = (ns: Namespace) => ns.nextHops.list();
const entries = (ns: Namespace) => ns.fdb.list();

/** Every link that packets of a route leave by. */
const waysOf = ({ outputLink, multipath }: Plain) => [
  outputLink,
  ...((multipath ?? []) as readonly Plain[]).map(({ index }) => index),
];

const filters: readonly Filtered[] = [
  {
    name: 'links of a kind',
    all: links,
    by: (one) => ({ kind: kindOf(one) ?? 'bridge' }),
    list: (ns, filter) => ns.links.list(filter),
    keeps: ({ kind }, one) => kindOf(one) === kind,
  },
  {
    name: 'links of a master',
    all: links,
    by: ({ index }) => ({ master: index }),
    list: (ns, filter) => ns.links.list(filter),
    keeps: ({ master }, one) => one.master === master,
  },
  {
    name: 'addresses of a link',
    all: addresses,
    by: ({ index }) => ({ link: index }),
    list: (ns, filter) => ns.addresses.list(filter),
    keeps: ({ link }, { index }) => index === link,
  },
  {
    name: 'addresses of a family',
    all: addresses,
    by: ({ family }) => ({ family }),
    list: (ns, filter) => ns.addresses.list(filter),
    keeps: ({ family }, one) => one.family === family,
  },
  {
    name: 'routes of a table',
    all: routes,
    by: ({ table }) => ({ table }),
    list: (ns, filter) => ns.routes.list(filter),
    keeps: ({ table }, one) => one.table === table,
  },
  {
    name: 'routes of a type',
    all: routes,
    by: ({ type }) => ({ type }),
    list: (ns, filter) => ns.routes.list(filter),
    keeps: ({ type }, one) => one.type === type,
  },
  {
    name: 'routes of a protocol and a family',
    all: routes,
    by: ({ protocol, family }) => ({ protocol, family }),
    list: (ns, filter) => ns.routes.list(filter),
    keeps: ({ protocol, family }, one) => one.protocol === protocol && one.family === family,
  },
  {
    name: 'routes by a link',
    all: routes,
    by: (one) => ({ link: waysOf(one).find((index) => index !== undefined) ?? 1 }),
    list: (ns, filter) => ns.routes.list(filter),
    keeps: ({ link }, one) => waysOf(one).includes(link),
  },
  {
    name: 'rules of a table',
    all: (ns) => ns.rules.list(),
    by: ({ table }) => ({ table }),
    list: (ns, filter) => ns.rules.list(filter),
    keeps: ({ table }, one) => one.table === table,
  },
  {
    name: 'rules of a family and a priority',
    all: (ns) => ns.rules.list(),
    by: ({ family, priority = 0 }) => ({ family, priority }),
    list: (ns, filter) => ns.rules.list(filter),
    keeps: ({ family, priority }, one) => one.family === family && (one.priority ?? 0) === priority,
  },
  {
    name: 'neighbours of a link',
    all: neighbours,
    by: ({ index }) => ({ link: index }),
    list: (ns, filter) => ns.neighbours.list(filter),
    keeps: ({ link }, { index }) => index === link,
  },
  {
    name: 'neighbours of a family',
    all: neighbours,
    by: ({ family }) => ({ family }),
    list: (ns, filter) => ns.neighbours.list(filter),
    keeps: ({ family }, one) => one.family === family,
  },
  {
    name: 'next hops of a family',
    all: nextHops,
    by: ({ family }) => (family === 'unspecified' ? { groups: true } : { family }),
    list: (ns, filter) => ns.nextHops.list(filter),
    keeps: ({ family, groups }, one) => (groups ? one.group !== undefined : one.family === family),
  },
  {
    name: 'next hops by a link',
    all: nextHops,
    by: ({ outputLink = 1 }) => ({ link: outputLink }),
    list: (ns, filter) => ns.nextHops.list(filter),
    // What drops packets does so on lo.
    keeps: ({ link }, { outputLink, blackhole }) => outputLink === link || (blackhole === true && link === 1),
  },
  {
    name: 'forwarding entries of a bridge',
    all: entries,
    by: ({ master = 1 }) => ({ master }),
    list: (ns, filter) => ns.fdb.list(filter),
    keeps: ({ master }, { index, master: of }, found) =>
      of === master || index === master || masterOf(found, index) === master,
  },
];

/** What changes between two looks. */
const volatile = /^(cacheInfo|stats.*|.*Timer|promiscuity)$/;
const steady = (one: unknown) =>
  JSON.stringify(one, (name, value: unknown) =>
    volatile.test(name) ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );

export interface FilteredOutcome {
  readonly lists: number;
  readonly differences: readonly Difference[];
}

/** A list of each kind, filtered by the kernel and here; the same filters for the same seed. */
export async function compareFiltered(ns: Namespace, seed: number): Promise<FilteredOutcome> {
  const random = new Random(seed);
  const found = new Map<unknown, Plain>((await ns.links.list()).map((link) => [link.index, { ...link }]));
  const differences: Difference[] = [];
  let lists = 0;
  for (const { name, all, by, list, keeps } of filters) {
    const whole = (await all(ns)) as readonly Plain[];
    const one = random.pick(whole);
    if (one === undefined) continue;
    const filter = by(one);
    const theirs = whole.filter((candidate) => keeps(filter, candidate, found)).map(steady);
    const ours = (await list(ns, filter as never)).map(steady);
    lists += 1;
    if (ours.join() !== theirs.join())
      differences.push({ field: `${name} ${JSON.stringify(filter)}`, ours, theirs });
  }
  return { lists, differences };
}
