// Changes to policy rules.

import type { Random } from '../random.js';
import { type Maker, take } from './model.js';

function rule(random: Random): string {
  const six = random.chance(0.3);
  const prefix = () =>
    six
      ? `fd0${random.int(0, 3)}::/${random.one(32, 64, 128)}`
      : `10.${random.int(0, 9)}.0.0/${random.one(16, 24, 32)}`;
  const words = random.some(
    [
      `from ${prefix()}`,
      `to ${prefix()}`,
      `fwmark ${random.int(1, 99)}${random.one('', '/0xff')}`,
      `iif ${random.one('lo', 'nowhere')}`,
      `oif ${random.one('lo', 'nowhere')}`,
      `tos ${random.one('0x04', '0x08')}`,
      `uidrange ${random.int(1, 9)}-${random.int(10, 99)}`,
      `ipproto ${random.one('tcp', 'udp', 'icmp')}`,
      `sport ${random.int(1, 9)}${random.one('', '-100')}`,
      `dport ${random.int(1, 9)}${random.one('', '-100')}`,
      `protocol ${random.one('static', 'bgp', '77')}`,
      'not',
    ],
    0.2,
  );
  const action = random.one(
    'lookup main',
    'lookup 100',
    'lookup 1000 suppress_prefixlength 0',
    'lookup main suppress_ifgroup 5',
    'blackhole',
    'unreachable',
    'prohibit',
    'goto 32766',
    'nop',
    'lookup main realms 3/7',
  );
  return `${six ? '-6 ' : ''}rule add ${words.join(' ')} priority ${random.int(1, 32_000)} ${action}`;
}

export const ruleMakers: readonly Maker[] = [
  {
    what: 'rule.add',
    weight: 3,
    make(random, model) {
      const line = `ip ${rule(random)}`;
      model.rules.push(line);
      return [line];
    },
  },
  {
    what: 'rule.remove',
    weight: 1,
    make(random, model) {
      const line = take(random, model.rules);
      return line === undefined ? undefined : [line.replace(' rule add ', ' rule del ')];
    },
  },
];
