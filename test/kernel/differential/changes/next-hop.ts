// Changes to next-hop objects and groups.

import type { Random } from '../random.js';
import type { Maker, Model } from './model.js';

function nextHop(random: Random, model: Model): string | undefined {
  const link = random.pick(model.links)?.name;
  const id = random.int(1, 9);
  const members = [random.int(1, 9), random.int(1, 9)].map((member) => `${member},${random.int(1, 200)}`);
  const some: readonly (string | undefined)[] = [
    link && `via 10.0.0.${random.int(1, 99)} dev ${link} onlink`,
    link && `via fd00::${random.int(1, 99)} dev ${link} onlink`,
    link && `dev ${link} proto ${random.one('static', 'bgp')}`,
    'blackhole',
    '-6 blackhole',
    `group ${members.join('/')}`,
    `group ${members[0]} type resilient buckets 8 idle_timer ${random.int(1, 99)} unbalanced_timer ${random.int(1, 99)}`,
    `via 10.9.0.${random.int(1, 99)} fdb`,
  ];
  const words = random.pick(some);
  if (words === undefined) return undefined;
  const six = words.startsWith('-6 ');
  return `ip ${six ? '-6 ' : ''}nexthop ${random.one('add', 'replace')} id ${id} ${words.replace('-6 ', '')}`;
}

export const nextHopMakers: readonly Maker[] = [
  {
    what: 'nextHop.add',
    weight: 4,
    make(random, model) {
      const line = nextHop(random, model);
      return line === undefined ? undefined : [line];
    },
  },
  {
    what: 'route by nextHop',
    weight: 2,
    make(random) {
      return [`ip route replace 30.${random.int(0, 9)}.0.0/16 nhid ${random.int(1, 9)}`];
    },
  },
  { what: 'nextHop.remove', weight: 1, make: (random) => [`ip nexthop del id ${random.int(1, 9)}`] },
];
