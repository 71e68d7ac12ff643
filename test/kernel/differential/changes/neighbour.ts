// Changes to neighbours, proxies and forwarding tables.

import type { Random } from '../random.js';
import { type Maker, type Model, take } from './model.js';

const mac = (random: Random) => `02:00:00:00:0${random.int(0, 9)}:0${random.int(1, 9)}`;
const address = (random: Random) => random.one(`10.0.0.${random.int(1, 99)}`, `fd00::${random.int(1, 99)}`);

function neighbour(random: Random, model: Model): string | undefined {
  const link = random.pick(model.links)?.name;
  if (link === undefined) return undefined;
  if (random.chance(0.2)) return `ip neighbour add proxy ${address(random)} dev ${link}`;
  const state = random.one('permanent', 'noarp', 'reachable', 'stale');
  const words = random.some(['router', 'extern_learn', `protocol ${random.one('static', 'zebra')}`], 0.2);
  return `ip neighbour replace ${address(random)} lladdr ${mac(random)} dev ${link} nud ${state} ${words.join(' ')}`;
}

function entry(random: Random, model: Model): string | undefined {
  const vxlan = random.pick(model.linksOf('vxlan'))?.name;
  if (vxlan !== undefined && random.chance(0.5)) {
    const words = random.some([`port ${random.int(1, 9999)}`, `vni ${random.int(1, 9999)}`], 0.4);
    const address = random.one('00:00:00:00:00:00', mac(random));
    return `bridge fdb append ${address} dev ${vxlan} dst 10.9.0.${random.int(1, 99)} self ${words.join(' ')}`;
  }
  const link = random.pick(model.links)?.name;
  const where = random.one(
    'master static',
    'master dynamic',
    'master sticky static',
    'self',
    'master extern_learn',
  );
  return link && `bridge fdb replace ${mac(random)} dev ${link} ${where}`;
}

export const neighbourMakers: readonly Maker[] = [
  {
    what: 'neighbour.add',
    weight: 3,
    make(random, model) {
      const line = neighbour(random, model);
      if (line === undefined) return undefined;
      model.neighbours.push(line);
      return [line];
    },
  },
  {
    what: 'neighbour.remove',
    weight: 1,
    make(random, model) {
      const line = take(random, model.neighbours);
      return line === undefined
        ? undefined
        : [line.replace(/ (add|replace|append) /, ' del ').replace(/ nud .*/, '')];
    },
  },
  {
    what: 'fdb.add',
    weight: 3,
    make(random, model) {
      const line = entry(random, model);
      if (line === undefined) return undefined;
      model.neighbours.push(line);
      return [line];
    },
  },
];
