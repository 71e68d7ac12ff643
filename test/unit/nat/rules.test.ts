import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkChain, networkChain, networkComment } from '../../../src/nat/iptables/chains.js';
import {
  checkComment,
  checkInterface,
  checkSubnet,
  connectionStates,
} from '../../../src/nat/iptables/fields.js';
import { type Rule, readRule, ruleWords } from '../../../src/nat/iptables/rules.js';
import { parseTable } from '../../../src/nat/iptables/standing.js';
import { printTransaction } from '../../../src/nat/iptables/transaction.js';
import { quoteWord, splitWords } from '../../../src/nat/iptables/words.js';

// What has broken others: quotes, newlines, words that mean something in restore text or to getopt.
const known = [
  '',
  ' ',
  '"',
  '\\',
  '\\"',
  "'",
  '\n',
  'a\nb',
  'x\n-A INPUT -j ACCEPT',
  'x" -j ACCEPT -m comment --comment "y',
  'x"\nCOMMIT\n*nat\n-F',
  '\r',
  '\t',
  '\0',
  '\u0001',
  '\u007f',
  'é',
  '\u2028',
  'COMMIT',
  '*nat',
  '#',
  '#x',
  ':INPUT DROP [0:0]',
  '-j',
  '--',
  '--comment',
  '!',
  '!x',
  '+',
  'x+',
  'br%d',
  '.',
  '..',
  'a/b',
  '$(reboot)',
  '`x`',
  ';',
  '|',
  '~',
  'x'.repeat(255),
  'x'.repeat(256),
  'x'.repeat(300),
  '0.0.0.0/0',
  '10.0.0.0/8\n',
  '10.0.0.1/8',
  '10.0.0.0/33',
  '10.0.0.0',
  '010.0.0.0/8',
  'fd00::/64',
];
const anything = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...known) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40, unit: 'binary' }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 300, unit: 'grapheme-ascii' }) },
);

const octet = fc.integer({ min: 0, max: 255 });
const subnet = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: 1, max: 32 }))
  .map(([a, b, c, d, bits]) => {
    const masked = (((a << 24) | (b << 16) | (c << 8) | d) & (-1 << (32 - bits))) >>> 0;
    return `${[24, 16, 8, 0].map((shift) => (masked >>> shift) & 255).join('.')}/${bits}`;
  });
const interfaceName = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/);
const chain = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,27}$/);
const comment = fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme-ascii' });
const matched = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value,
    value.map((not) => ({ not })),
  );
// A jump to one of these would read back as the verdict; nobody can make such a chain.
const verdicts = new Set(['ACCEPT', 'DROP', 'RETURN', 'MASQUERADE']);
const rule = fc.record(
  {
    chain,
    source: matched(subnet),
    destination: matched(subnet),
    inInterface: matched(interfaceName),
    outInterface: matched(interfaceName),
    comment,
    bridged: fc.constant(true as const),
    states: fc.subarray([...connectionStates], { minLength: 1 }),
    target: fc.oneof(
      chain.filter((name) => !verdicts.has(name)).map((name) => ({ kind: 'jump' as const, chain: name })),
      fc.constantFrom(
        { kind: 'accept' as const },
        { kind: 'drop' as const },
        { kind: 'return' as const },
        { kind: 'masquerade' as const },
        { kind: 'masquerade' as const, randomFully: true },
      ),
    ),
  },
  { requiredKeys: ['chain', 'target'] },
) as fc.Arbitrary<Rule>;

describe('a rule', () => {
  it('reads back from its words as it was', () => {
    fc.assert(
      fc.property(rule, (given) => {
        expect(readRule(given.chain, ruleWords(given))).toEqual(given);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads back from restore text as one line with the same words', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), (given) => {
        const text = printTransaction([
          { table: 'filter', changes: given.map((each) => ({ kind: 'append', rule: each })) },
        ]);
        expect(text.split('\n')).toHaveLength(given.length + 3);
        expect(parseTable(text).rules).toEqual(
          given.map((each) => ({ chain: each.chain, words: ruleWords(each) })),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a field from anywhere only unchanged or not at all', () => {
    const fields = ['chain', 'source', 'inInterface', 'outInterface', 'comment', 'target'] as const;
    const plain: Rule = { chain: 'FORWARD', target: { kind: 'accept' } };
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...fields), anything, fc.boolean(), (field, value, negated) => {
        const put = field === 'target' ? { kind: 'jump', chain: value } : negated ? { not: value } : value;
        const given = { ...plain, [field]: put } as unknown as Rule;
        let text: string;
        try {
          text = printTransaction([{ table: 'nat', changes: [{ kind: 'append', rule: given }] }]);
        } catch (error) {
          expect(error).toSatisfy((it) => it instanceof TypeError || it instanceof RangeError);
          refused++;
          return;
        }
        taken++;
        expect(text.split('\n')).toHaveLength(4);
        const [, line] = splitWords(text);
        expect(line?.[0]).toBe('-A');
        expect(line).toContain(value);
        expect(line?.length).toBe(
          (field === 'chain' ? 4 : field === 'target' ? 4 : 0) || ruleWords(given).length + 2,
        );
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it.each([
    ['-p icmp -j ACCEPT'],
    ['-p tcp -m udp --dport 80 -j ACCEPT'],
    ['-m tcp --dport 80 -j ACCEPT'],
    ['-p tcp -m tcp --dport 080 -j ACCEPT'],
    ['-p tcp -m tcp --dport 90:80 -j ACCEPT'],
    ['-m addrtype --dst-type BROADCAST -j ACCEPT'],
    ['-j DNAT --to-destination 10.0.0.2:80 --random'],
    ['-j DNAT --to-destination 10.0.0.2:0'],
    ['-j SNAT --to-source 10.0.0.2-10.0.0.9'],
    ['-s 10.0.0.0/8 -m comment --comment x -m comment --comment y -j ACCEPT'],
    ['-o br0 -i br0 -j ACCEPT'],
    ['-s 10.0.0.0/8'],
    ['-j MASQUERADE --to-ports 1-2'],
    ['-j DNAT --to-destination fd00::2'],
    ['-g NETPLUMB-br0'],
    ['-i br+ -j ACCEPT'],
    [''],
  ])('of somebody else is not taken for one of ours: %s', (words) => {
    expect(readRule('FORWARD', splitWords(words)[0] ?? [])).toBeUndefined();
  });

  it('names the field that is wrong', () => {
    const plain: Rule = { chain: 'FORWARD', target: { kind: 'accept' } };
    expect(() => ruleWords({ ...plain, source: '10.0.0.1/8' })).toThrow(/subnet must be written 10.0.0.0\/8/);
    expect(() => ruleWords({ ...plain, source: '0.0.0.0/0' })).toThrow(/subnet/);
    expect(() => ruleWords({ ...plain, outInterface: 'br+' })).toThrow(/interface/);
    expect(() => ruleWords({ ...plain, comment: 'x\ny' })).toThrow(/comment/);
    expect(() => ruleWords({ ...plain, states: [] })).toThrow(/states/);
    expect(() => ruleWords({ ...plain, states: ['NEW', 'NEW'] })).toThrow(/states/);
    expect(() => ruleWords({ ...plain, target: { kind: 'REJECT' } as never })).toThrow(/target\.kind/);
    expect(() => ruleWords({ ...plain, source: 5 as never })).toThrow(TypeError);
  });

  it('of family 6 takes IPv6 ranges only, and of family 4 IPv4 ranges only', () => {
    expect(checkSubnet('fd00::/64', 6)).toBe('fd00::/64');
    expect(() => checkSubnet('fd00:0::/64', 6)).toThrow(/must be written fd00::\/64/);
    expect(() => checkSubnet('10.0.0.0/8', 6)).toThrow(/IPv6/);
    expect(() => checkSubnet('fd00::/64', 4)).toThrow(/IPv4/);
  });
});

describe('words', () => {
  it('come back as they were, whatever printable characters they hold', () => {
    const word = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        // The verb keeps a word that begins with # from beginning the line.
        expect(splitWords(`-A ${words.map(quoteWord).join(' ')}\n`)).toEqual([['-A', ...words]]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are refused where no quoting would keep them whole', () => {
    for (const word of ['', 'a\nb', '\0', 'é', '\t']) expect(() => quoteWord(word)).toThrow(RangeError);
  });

  it("keep a newline in somebody else's comment from beginning a rule", () => {
    const text = '-A INPUT -m comment --comment "a\n-A FORWARD -j NETPLUMB-br0\n#" -j ACCEPT\n-N X\n';
    expect(splitWords(text)).toHaveLength(2);
    expect(parseTable(text).rules).toHaveLength(1);
    expect(parseTable(text).chains).toEqual(new Set(['X']));
  });
});

describe('names', () => {
  it('of chains and comments are the network behind a prefix', () => {
    expect(networkChain('br0')).toBe('NETPLUMB-br0');
    expect(networkComment('br0')).toBe('netplumb/1 br0');
    expect(networkChain('a23456789012345')).toHaveLength(24);
  });

  it('that could be mistaken for the administrator’s chain are refused', () => {
    expect(() => networkChain('USER')).toThrow(/reserved/);
    expect(networkChain('user')).toBe('NETPLUMB-user');
  });

  it.each(known.filter((name) => !/^(x|COMMIT)$/.test(name) && !/^[\w][\w.-]{0,14}$/.test(name)))(
    'are refused with a reason: %j',
    (name) => {
      expect(() => networkChain(name)).toThrow(RangeError);
      expect(() => checkInterface(name)).toThrow(RangeError);
      if (name.length > 28) expect(() => checkChain(name)).toThrow(RangeError);
    },
  );

  it('that are no strings are refused', () => {
    for (const name of [undefined, null, 5, {}, ['br0'], { toString: () => 'br0' }]) {
      for (const check of [networkChain, checkChain, checkInterface, checkComment, checkSubnet] as ((
        x: never,
      ) => string)[]) {
        expect(() => check(name as never)).toThrow(TypeError);
      }
    }
  });
});
