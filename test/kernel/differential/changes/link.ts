// Changes to links. What is particular to a kind is drawn from the tables: any writable row with any value of its type. The kernel
// may refuse it, which is as good.

import { binding } from '../../../../src/binding.js';
import type { LinkAdd, LinkSet, PeerOptions } from '../../../../src/rtnl/links.js';
import type { TunOptions } from '../../../../src/rtnl/tuns.js';
import { scalarSample } from '../../../support/scalar-samples.js';
import type { Random } from '../random.js';
import { type Maker, type Model, take } from './model.js';

const description = binding.describe();
type Row = (typeof description.tables)[number]['rows'][number];

/** Types of one value each, that refer to nothing. */
const holders = [
  'Nested',
  'List',
  'LinkData',
  'PortData',
  'PeerInfo',
  'NextHops',
  'Struct',
  'LinkIndex',
  'NamespaceFd',
  'Encap',
];

function rowsOf(table: string | { readonly rows: readonly Row[] } | null | undefined): readonly Row[] {
  const found = typeof table === 'string' ? description.tables.find(({ name }) => name === table) : table;
  return (found?.rows ?? []).filter(({ type, access }) => access === 'ReadWrite' && !holders.includes(type));
}
const kindNamed = (name: string) => description.kinds.find((kind) => kind.name === name);

/** A few rows of a table with random values. */
function someOf(
  random: Random,
  rows: readonly Row[],
  without: readonly string[] = [],
): Record<string, unknown> {
  const chosen = rows.filter(({ name }) => !without.includes(name));
  const picked = Array.from({ length: random.int(1, 2) }, () => random.pick(chosen)).flatMap(
    (row) => row ?? [],
  );
  return Object.fromEntries(
    picked.map((row) => [row.name, random.sample(scalarSample(row, 'request')).value]),
  );
}

const mac = (random: Random) =>
  ['02', ...Array.from({ length: 5 }, () => random.int(0, 255).toString(16).padStart(2, '0'))].join(':');

/** On one that stands by itself. */
function stacked(random: Random, model: Model): Record<string, unknown> | undefined {
  const below = random.pick(model.linksOf('veth', 'bridge', 'dummy'));
  return below && { link: below.name };
}

/** What a new link of a kind needs; the rest is left to chance. Kinds that do not stand here are not made by a request (tun). */
const needed: Readonly<
  Record<string, (random: Random, model: Model) => Record<string, unknown> | undefined>
> = {
  bridge: () => ({}),
  dummy: () => ({}),
  ifb: () => ({}),
  ipvlan: stacked,
  macvlan: stacked,
  macvtap: stacked,
  veth: (random, model) => {
    const elsewhere = random.chance(0.2) ? random.pick(model.others) : undefined;
    return { peer: { name: model.name('peer'), ...(elsewhere && { namespace: elsewhere }) } };
  },
  vlan: (random, model) => {
    const below = stacked(random, model);
    return below && { ...below, data: { id: random.int(1, 4094) } };
  },
  vrf: (random) => ({ data: { table: random.int(1000, 1100) } }),
  vxlan: (random) => ({
    data: {
      id: random.int(1, 0xffffff),
      ...random.maybe('port', () => random.int(4000, 5000), 0.8),
      ...random.maybe('local', () => '10.0.0.1'),
      ...random.maybe('group', () => random.one('10.0.0.9', '10.1.0.9')),
      ...random.maybe('ttl', () => random.int(0, 255)),
      ...random.maybe('learning', () => random.chance(0.5)),
      ...random.maybe('ageing', () => random.int(0, 1000)),
      ...random.maybe('portRange', () => ({ low: 1000, high: random.int(1001, 9000) })),
    },
  }),
};

function common(random: Random) {
  return {
    ...random.maybe('mtu', () => random.int(1280, 1500)),
    ...random.maybe('txQueueLength', () => random.int(0, 2000)),
    ...random.maybe('address', () => mac(random)),
    ...random.maybe('group', () => random.int(0, 2 ** 31 - 1)),
    ...random.maybe('up', () => random.chance(0.7), 0.5),
  };
}

const changes: readonly ((random: Random, model: Model) => LinkSet)[] = [
  common,
  (random) => ({ up: random.chance(0.7) }),
  (random) => ({ arp: random.chance(0.5), multicast: random.chance(0.5) }),
  (random) => ({ promiscuous: random.chance(0.5), allMulticast: random.chance(0.5) }),
  (random) => ({ alias: random.one('', 'a label', 'ünï', 'x'.repeat(255), `"quoted" \\ '`) }),
  (random) => ({ afSpec: { inet6: { addressGenerationMode: random.one('eui64', 'none', 'random') } } }),
  (random) => ({ gsoMaxSize: random.int(2000, 65536), gsoMaxSegs: random.int(1, 65535) }),
  (random) => ({ groMaxSize: random.int(2000, 65536) }),
  (random) => ({ linkMode: random.one('default', 'dormant') }),
  (random, model) => ({ master: random.pick(model.linksOf('bridge'))?.name ?? 0 }),
  () => ({ master: 0 }),
];

export const linkMakers: readonly Maker[] = [
  {
    what: 'link.add',
    weight: 5,
    make(random, model) {
      const kind = random.pick(model.kinds.filter((name) => Object.hasOwn(needed, name)));
      const needs = kind && needed[kind]?.(random, model);
      if (!kind || !needs) return undefined;
      const name = model.name(kind);
      model.links.push({ name, kind });
      const peer = needs.peer as PeerOptions | undefined;
      if (peer?.name !== undefined && peer.namespace === undefined)
        model.links.push({ name: peer.name, kind });
      const options = { kind, name, ...common(random), ...needs } as unknown as LinkAdd;
      return ({ links }) => void links.add(options);
    },
  },
  {
    // A device makes these, not a request.
    what: 'tun.add',
    weight: 1,
    make(random, model) {
      if (!model.kinds.includes('tun')) return undefined;
      const name = model.name('tun');
      model.links.push({ name, kind: 'tun' });
      const options: TunOptions = {
        name,
        mode: random.one('tun', 'tap'),
        ...random.maybe('multiQueue', () => true, 0.4),
        ...random.maybe('vnetHeader', () => true, 0.4),
        ...random.maybe('packetInformation', () => true, 0.4),
        ...random.maybe('owner', () => 54_321, 0.4),
        ...random.maybe('group', () => 54_321, 0.4),
      };
      return ({ tuns }) => void tuns.add(options);
    },
  },
  {
    what: 'link.set',
    weight: 8,
    make(random, model) {
      const link = random.pick(model.links);
      const options = random.pick(changes)?.(random, model);
      if (link === undefined || options === undefined) return undefined;
      return ({ links }) => links.set(link.name, options);
    },
  },
  {
    what: 'link.set data',
    weight: 4,
    make(random, model) {
      const link = random.pick(model.links);
      const rows = rowsOf(kindNamed(link?.kind ?? '')?.data);
      if (link === undefined || rows.length === 0) return undefined;
      const options = { kind: link.kind, data: someOf(random, rows) } as unknown as LinkSet;
      return ({ links }) => links.set(link.name, options);
    },
  },
  {
    what: 'link.set port',
    weight: 4,
    make(random, model) {
      const link = random.pick(model.links.filter(({ kind }) => kind !== 'bridge'));
      if (link === undefined) return undefined;
      const portData = someOf(random, rowsOf(kindNamed('bridge')?.port));
      return ({ links }) => links.set(link.name, { portKind: 'bridge', portData } as LinkSet);
    },
  },
  {
    what: 'link rename',
    weight: 1,
    make(random, model) {
      const link = take(random, model.links);
      if (link === undefined) return undefined;
      const name = model.name('named');
      model.links.push({ name, kind: link.kind });
      return ({ links }) => links.set(link.name, { up: false, name });
    },
  },
  {
    // A veth's end and what is stacked on a link stay tied to it, wherever they go.
    what: 'link move',
    weight: 1,
    make(random, model) {
      const namespace = random.pick(model.others);
      const link = namespace && take(random, model.links);
      return link && (({ links }) => links.set(link.name, { namespace }));
    },
  },
  {
    what: 'altName.add',
    weight: 1,
    make(random, model) {
      const link = random.pick(model.links);
      const names = Array.from({ length: random.int(1, 3) }, () => model.name('alt name'));
      model.altNames.push(...names);
      return link && (({ links }) => links.addAltNames(link.name, names));
    },
  },
  {
    what: 'altName.remove',
    weight: 1,
    make(random, model) {
      const old = take(random, model.altNames);
      return old === undefined ? undefined : ({ links }) => links.removeAltNames(old, [old]);
    },
  },
  {
    what: 'link.remove',
    weight: 2,
    make(random, model) {
      if (model.links.length < 4) return undefined;
      const link = take(random, model.links);
      return link && (({ links }) => links.remove(link.name));
    },
  },
];
