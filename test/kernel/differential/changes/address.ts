// Changes to addresses.

import type { AddressOptions } from '../../../../src/rtnl/addresses.js';
import type { Random } from '../random.js';
import { type Maker, type Model, take } from './model.js';

function random4(random: Random): AddressOptions['address'] {
  return `10.${random.int(0, 3)}.${random.int(0, 3)}.${random.int(1, 254)}/${random.one(8, 16, 24, 30, 31, 32)}`;
}

const random6 = (random: Random) =>
  `fd00:${random.int(1, 4)}::${random.int(1, 0xffff).toString(16)}/${random.one(48, 64, 128)}`;

function lifetimes(random: Random) {
  const valid = random.int(1000, 100_000);
  return { valid, preferred: random.int(100, valid) };
}

function address(random: Random, model: Model): AddressOptions | undefined {
  const link = random.chance(0.1) ? { name: 'lo' } : random.pick(model.links);
  if (link === undefined) return undefined;
  const both = {
    link: link.name,
    ...random.maybe('cacheInfo', () => lifetimes(random), 0.2),
    ...random.maybe('routePriority', () => random.int(1, 5000), 0.2),
    ...random.maybe('scope', () => random.one('link', 'site', 'host', 'global'), 0.2),
    ...random.maybe('protocol', () => random.int(4, 255), 0.2),
  };
  if (random.chance(0.6)) {
    return {
      ...both,
      address: random4(random),
      ...random.maybe('label', () => `${link.name}:${random.int(1, 9)}`.slice(0, 15), 0.2),
      ...random.maybe('broadcast', () => '10.255.255.255', 0.2),
      ...random.maybe('peer', () => random4(random), 0.15),
      ...random.maybe('flags', () => ['noPrefixRoute'] as const, 0.2),
    };
  }
  return {
    ...both,
    address: random6(random),
    ...random.maybe(
      'flags',
      () => random.some(['noDad', 'noPrefixRoute', 'homeAddress', 'manageTempAddress'], 0.4),
      0.4,
    ),
    ...random.maybe('peer', () => random6(random), 0.1),
  };
}

export const addressMakers: readonly Maker[] = [
  {
    what: 'address.add',
    weight: 6,
    make(random, model) {
      const options = address(random, model);
      if (options === undefined) return undefined;
      model.addresses.push(options);
      return ({ addresses }) => addresses.add(options);
    },
  },
  {
    what: 'address.replace',
    weight: 2,
    make(random, model) {
      const old = random.pick(model.addresses);
      if (old === undefined) return undefined;
      const { label: _, peer: __, ...kept } = old;
      const options = { ...kept, cacheInfo: lifetimes(random) };
      return ({ addresses }) => addresses.replace(options);
    },
  },
  {
    what: 'address.remove',
    weight: 2,
    make(random, model) {
      const old = take(random, model.addresses);
      if (old === undefined) return undefined;
      const { link, address: text, peer } = old;
      return ({ addresses }) =>
        addresses.remove({ link, address: text, ...(peer === undefined ? {} : { peer }) });
    },
  },
];
