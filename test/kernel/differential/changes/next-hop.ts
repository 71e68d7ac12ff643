// Changes to next-hop objects and groups.

import type { NextHopOptions } from '../../../../src/rtnl/next-hops.js';
import type { Random } from '../random.js';
import type { Maker, Model } from './model.js';

function nextHop(random: Random, model: Model): NextHopOptions | undefined {
  const link = random.pick(model.links)?.name;
  const members = [1, 2].map(() => ({ id: random.int(1, 9), weight: random.int(1, 200) }));
  const timers = { idleTimer: random.int(1, 99) * 100, unbalancedTimer: random.int(1, 99) * 100 };
  const some: readonly (NextHopOptions | undefined)[] = [
    link === undefined ? undefined : { gateway: `10.0.0.${random.int(1, 99)}`, link, onLink: true },
    link === undefined ? undefined : { gateway: `fd00::${random.int(1, 99)}`, link, onLink: true },
    link === undefined ? undefined : { link, protocol: random.one('static', 'bgp') },
    { blackhole: true },
    { family: 'inet6', blackhole: true },
    { group: members },
    { group: members.slice(1), resilient: { buckets: 8, ...timers } },
    { gateway: `10.9.0.${random.int(1, 99)}`, fdb: true },
  ];
  const options = random.pick(some);
  return options && { id: random.int(1, 9), ...options };
}

export const nextHopMakers: readonly Maker[] = [
  {
    what: 'nextHop.add',
    weight: 4,
    make(random, model) {
      const options = nextHop(random, model);
      const verb = random.one('add', 'replace');
      return options && (({ nextHops }) => nextHops[verb](options));
    },
  },
  {
    what: 'route by nextHop',
    weight: 2,
    make(random) {
      const options = { destination: `30.${random.int(0, 9)}.0.0/16`, nextHopId: random.int(1, 9) };
      return ({ routes }) => routes.replace(options);
    },
  },
  {
    what: 'nextHop.remove',
    weight: 1,
    make(random) {
      const id = random.int(1, 9);
      return ({ nextHops }) => nextHops.remove(id);
    },
  },
];
