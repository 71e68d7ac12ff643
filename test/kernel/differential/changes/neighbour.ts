// Changes to neighbours, proxies and forwarding tables.

import type { FdbOptions, NeighbourOptions, NeighbourReference } from '../../../../src/rtnl/neighbours.js';
import type { Random } from '../random.js';
import { type Maker, type Model, take } from './model.js';

const mac = (random: Random) => `02:00:00:00:0${random.int(0, 9)}:0${random.int(1, 9)}`;
const address = (random: Random) => random.one(`10.0.0.${random.int(1, 99)}`, `fd00::${random.int(1, 99)}`);

function neighbour(random: Random, model: Model): NeighbourOptions | undefined {
  const picked = random.pick(model.links);
  if (picked === undefined) return undefined;
  const link = picked.name;
  if (random.chance(0.2)) return { link, address: address(random), flags: ['proxy'] };
  return {
    link,
    address: address(random),
    // A tun's neighbours have none.
    ...(picked.kind === 'tun' ? {} : { linkAddress: mac(random) }),
    state: [random.one('permanent', 'noArp', 'reachable', 'stale')],
    ...random.maybe('flags', () => random.some(['router', 'extLearned'] as const, 0.6)),
    ...random.maybe('protocol', () => random.one('static', 'zebra')),
  };
}

/** Which one it was. */
function referenceTo({ link, address: to, flags = [] }: NeighbourOptions): NeighbourReference {
  const proxy = (flags as readonly unknown[]).includes('proxy');
  return { link, address: to, ...(proxy ? { proxy } : {}) };
}

function entry(random: Random, model: Model): FdbOptions | undefined {
  const vxlan = random.pick(model.linksOf('vxlan'))?.name;
  if (vxlan !== undefined && random.chance(0.5)) {
    return {
      link: vxlan,
      linkAddress: random.one('00:00:00:00:00:00', mac(random)),
      destination: `10.9.0.${random.int(1, 99)}`,
      ...random.maybe('port', () => random.int(1, 9999), 0.4),
      ...random.maybe('vni', () => random.int(1, 9999), 0.4),
    };
  }
  const link = random.pick(model.links)?.name;
  const where = random.one<readonly [Partial<FdbOptions>, ...Partial<FdbOptions>[]]>(
    { flags: ['self'] },
    { flags: ['master'], state: ['noArp', 'reachable'] },
    { flags: ['master'], state: ['reachable'] },
    { flags: ['master', 'sticky'], state: ['noArp', 'reachable'] },
    { flags: ['master', 'extLearned'] },
  );
  return link === undefined ? undefined : { link, linkAddress: mac(random), ...where };
}

export const neighbourMakers: readonly Maker[] = [
  {
    what: 'neighbour.add',
    weight: 3,
    make(random, model) {
      const options = neighbour(random, model);
      if (options === undefined) return undefined;
      model.neighbours.push(options);
      const verb = random.one('add', 'replace', 'replace', 'set');
      return ({ neighbours }) => neighbours[verb](options);
    },
  },
  {
    what: 'neighbour.remove',
    weight: 1,
    make(random, model) {
      const old = take(random, model.neighbours);
      return old && (({ neighbours }) => neighbours.remove(referenceTo(old)));
    },
  },
  {
    what: 'fdb.add',
    weight: 3,
    make(random, model) {
      const options = entry(random, model);
      if (options === undefined) return undefined;
      model.entries.push(options);
      const verb = options.destination === undefined ? random.one('add', 'replace') : 'append';
      return ({ fdb }) => fdb[verb](options);
    },
  },
  {
    what: 'fdb.remove',
    weight: 1,
    make(random, model) {
      const old = take(random, model.entries);
      return old && (({ fdb }) => fdb.remove(old));
    },
  },
];
