// Changes to policy rules.

import type { RuleOptions } from '../../../../src/rtnl/rules.js';
import type { Random } from '../random.js';
import { type Maker, take } from './model.js';

function ports(random: Random) {
  const start = random.int(1, 9);
  return { start, end: random.one(start, 100) };
}

function rule(random: Random): RuleOptions {
  const six = random.chance(0.3);
  const prefix = () =>
    six
      ? `fd0${random.int(0, 3)}::/${random.one(32, 64, 128)}`
      : `10.${random.int(0, 9)}.0.0/${random.one(16, 24, 32)}`;
  const chance = 0.2;
  return {
    family: six ? 'inet6' : 'inet',
    priority: random.int(1, 32_000),
    ...random.maybe('source', prefix, chance),
    ...random.maybe('destination', prefix, chance),
    ...(random.chance(chance) ? { mark: random.int(1, 99), ...random.maybe('mask', () => 0xff, 0.5) } : {}),
    ...random.maybe('inputLink', () => random.one('lo', 'nowhere'), chance),
    ...random.maybe('outputLink', () => random.one('lo', 'nowhere'), chance),
    ...random.maybe('tos', () => random.one(4, 8), chance),
    ...random.maybe('uidRange', () => ({ start: random.int(1, 9), end: random.int(10, 99) }), chance),
    ...random.maybe('ipProto', () => random.one('tcp', 'udp', 'icmp'), chance),
    ...random.maybe('sourcePorts', () => ports(random), chance),
    ...random.maybe('destinationPorts', () => ports(random), chance),
    ...random.maybe('protocol', () => random.one('static', 'bgp', 77), chance),
    ...random.maybe('invert', () => true, chance),
    ...random.one<readonly [RuleOptions, ...RuleOptions[]]>(
      { table: 'main' },
      { table: 100 },
      { table: 1000, suppressPrefixLength: 0 },
      { table: 'main', suppressGroup: 5 },
      { action: 'blackhole' },
      { action: 'unreachable' },
      { action: 'prohibit' },
      { action: 'goto', goto: 32_766 },
      { action: 'nop' },
      { table: 'main', flow: 3 * 0x1_0000 + 7 },
    ),
  };
}

export const ruleMakers: readonly Maker[] = [
  {
    what: 'rule.add',
    weight: 3,
    make(random, model) {
      const options = rule(random);
      model.rules.push(options);
      return ({ rules }) => rules.add(options);
    },
  },
  {
    what: 'rule.remove',
    weight: 1,
    make(random, model) {
      const old = take(random, model.rules);
      return old && (({ rules }) => rules.remove(old));
    },
  },
];
