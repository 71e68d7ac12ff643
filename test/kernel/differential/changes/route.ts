// Changes to routes: all types, tables, metrics, several next hops.

import type { RouteOptions } from '../../../../src/rtnl/routes.js';
import type { Random } from '../random.js';
import { type Maker, type Model, take } from './model.js';

const near = (random: Random, six: boolean) =>
  six
    ? `fd00:${random.int(1, 4)}::${random.int(1, 99)}`
    : `10.${random.int(0, 3)}.${random.int(0, 3)}.${random.int(1, 254)}`;

function destination(random: Random, six: boolean): string {
  if (random.chance(0.1)) return 'default';
  if (six) return `fd01:${random.int(1, 20)}::/${random.one(32, 48, 64, 128)}`;
  const length = random.one(16, 24, 32);
  return `20.${random.int(0, 20)}.${length > 16 ? random.int(0, 9) : 0}.${length > 24 ? random.int(1, 9) : 0}/${length}`;
}

function metrics(random: Random) {
  const mtu = random.int(1280, 9000);
  return {
    ...random.maybe('mtu', () => mtu, 0.5),
    ...random.maybe('lock', () => ['mtu'] as const, 0.2),
    ...random.maybe('advMss', () => random.int(500, 1400)),
    ...random.maybe('hopLimit', () => random.int(1, 255)),
    ...random.maybe('window', () => random.int(1000, 60_000)),
    ...random.maybe('rtt', () => random.int(1, 1000) * 8),
    ...random.maybe('rttVar', () => random.int(1, 1000) * 4),
    ...random.maybe('rtoMin', () => random.int(1, 900)),
    ...random.maybe('initCwnd', () => random.int(1, 50)),
    ...random.maybe('quickAck', () => random.int(0, 1)),
    ...random.maybe('features', () => ['ecn'] as const),
    ...random.maybe('congestionControl', () => random.one('cubic', 'reno')),
  };
}

const hop = (random: Random, link: string, six: boolean) => ({
  gateway: near(random, six),
  ...random.maybe('index', () => link, 0.5),
  ...random.maybe('hops', () => random.int(0, 255), 0.5),
  ...random.maybe('flags', () => ['onLink'] as const, 0.5),
});

function way(random: Random, link: string, six: boolean): Partial<RouteOptions> {
  switch (random.int(0, 5)) {
    case 0:
      return { type: random.one('blackhole', 'unreachable', 'prohibit', 'throw') };
    case 1:
      return { multipath: Array.from({ length: random.int(2, 3) }, () => hop(random, link, six)) as never };
    case 2:
      return { link, gateway: near(random, six), flags: ['onLink'] };
    case 3:
      return { gateway: near(random, six) };
    case 4:
      return six ? { link } : { link, type: random.one('unicast', 'local', 'broadcast', 'multicast') };
    default:
      return { link };
  }
}

function route(random: Random, model: Model): RouteOptions | undefined {
  const link = random.pick(model.links);
  if (link === undefined) return undefined;
  const six = random.chance(0.4);
  const family = six ? ('inet6' as const) : ('inet' as const);
  return {
    destination: destination(random, six),
    family,
    ...way(random, link.name, six),
    ...random.maybe('table', () => random.one(100, 1000, 2 ** 32 - 1, 'main', 'local')),
    ...random.maybe('priority', () => random.int(0, 5000)),
    ...random.maybe('protocol', () => random.one('static', 'bgp', 'dhcp', 'zebra', 77)),
    ...random.maybe('metrics', () => metrics(random)),
    ...(six
      ? {
          ...random.maybe('preference', () => random.one('high', 'low', 'medium')),
          ...random.maybe('expires', () => random.int(1000, 9000), 0.1),
        }
      : {
          ...random.maybe('scope', () => random.one('link', 'host', 'site', 'global'), 0.1),
          ...random.maybe('tos', () => random.one(4, 8, 16), 0.1),
          ...random.maybe('flow', () => random.int(1, 2 ** 31), 0.1),
        }),
  };
}

const changing =
  (verb: 'add' | 'append' | 'replace') =>
  (random: Random, model: Model): ReturnType<Maker['make']> => {
    const options = route(random, model);
    if (options === undefined) return undefined;
    model.routes.push(options);
    return ({ routes }) => routes[verb](options);
  };

export const routeMakers: readonly Maker[] = [
  { what: 'route.add', weight: 6, make: changing('add') },
  { what: 'route.append', weight: 2, make: changing('append') },
  { what: 'route.replace', weight: 2, make: changing('replace') },
  {
    what: 'route.remove',
    weight: 2,
    make(random, model) {
      const old = take(random, model.routes);
      return old && (({ routes }) => routes.remove(old));
    },
  },
];
