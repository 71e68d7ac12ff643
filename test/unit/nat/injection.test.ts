// A hundred thousand names, comments, addresses and ports, made to break out of a line: each is refused before a byte is written, or comes
// back exactly, in one line of its own.
import { expect, it } from 'vitest';
import { type Rule, ruleWords } from '../../../src/nat/iptables/rules.js';
import { parseTable } from '../../../src/nat/iptables/standing.js';
import { printTransaction } from '../../../src/nat/iptables/transaction.js';

const rounds = 100_000;

const pieces = [
  ...[
    '\n',
    '\r\n',
    '"',
    '\\',
    "'",
    ' ',
    '\t',
    '\0',
    '#',
    '!',
    '-j',
    '--',
    '+',
    '%',
    '*nat',
    'COMMIT',
    ':X - [0:0]',
    '-F',
    '$(x)',
    '`x`',
  ],
  ...[
    '\u0001',
    '\u007f',
    'é',
    '\u2028',
    '/',
    '.',
    '..',
    ':',
    '[',
    ']',
    'br0',
    'NETPLUMB-br0',
    '172.16.0.2',
    'fd00::2',
    '/24',
    '80',
    '65536',
    '-1',
  ],
  'x'.repeat(255),
  'x'.repeat(300),
];

type Put = (value: unknown) => Rule;
const plain: Rule = { chain: 'FORWARD', target: { kind: 'accept' } };
const dnat = { kind: 'dnat', to: '172.16.0.2' } as const;
/** Where a caller's value goes. */
const fields: readonly Put[] = [
  (value) => ({ ...plain, chain: value as string }),
  (value) => ({ ...plain, source: value as string }),
  (value) => ({ ...plain, destination: { not: value as string } }),
  (value) => ({ ...plain, inInterface: value as string }),
  (value) => ({ ...plain, outInterface: { not: value as string } }),
  (value) => ({ ...plain, comment: value as string }),
  (value) => ({ ...plain, protocol: value as 'tcp' }),
  (value) => ({ ...plain, protocol: 'tcp', ports: { first: value as number, last: value as number } }),
  (value) => ({ ...plain, states: [value as 'NEW'] }),
  (value) => ({ ...plain, target: { kind: 'jump', chain: value as string } }),
  (value) => ({ ...plain, target: { kind: 'snat', to: value as string } }),
  (value) => ({ ...plain, target: { ...dnat, to: value as string } }),
  (value) => ({ ...plain, target: { ...dnat, ports: { first: 80, last: value as number } } }),
];

// mulberry32: the same values in each run.
let seed = 20_260_101;
function random(below: number): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

function value(): unknown {
  if (random(8) === 0) return random(70_000) - 2_000;
  const length = 1 + random(3);
  return Array.from({ length }, () => pieces[random(pieces.length)]).join('');
}

it('nothing gets out of its word', { timeout: 180_000 }, () => {
  let refused = 0;
  let written = 0;
  for (let i = 0; i < rounds; i++) {
    const rule = (fields[random(fields.length)] as Put)(value());
    let text: string;
    try {
      text = printTransaction([{ table: 'filter', changes: [{ kind: 'append', rule }] }]);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      refused++;
      continue;
    }
    written++;
    const same = parseTable(text).rules;
    if (
      text.split('\n').length !== 4 ||
      same.length !== 1 ||
      same[0]?.chain !== rule.chain ||
      same[0].words.join('\0') !== ruleWords(rule).join('\0')
    )
      expect.fail(`${JSON.stringify(rule)} became ${JSON.stringify(text)}`);
  }
  expect(refused + written).toBe(rounds);
  expect(Math.min(refused, written)).toBeGreaterThan(rounds / 50);
});
