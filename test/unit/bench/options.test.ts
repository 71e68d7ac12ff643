// Owns: proof of the bench's command line: what it takes, its defaults, and what it refuses.
import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../../scripts/bench/options.mjs';

const known = { scenarios: ['attach-cold'], implementations: ['netplumb', 'floor-tuned', 'shell-out'] };
const parse = (...argv: string[]) => parseOptions(argv, known);

describe('parseOptions', () => {
  it('measures a cold attach of 100 containers in 10 rounds of everything unless told otherwise', () => {
    expect(parse()).toMatchObject({ scenario: 'attach-cold', n: 100, rounds: 10, peers: undefined });
    expect(parse().json).toBeUndefined();
  });

  it('keeps N = 100 and takes 3 rounds when quick', () => {
    expect(parse('--quick', '--json', 'out.json')).toMatchObject({ n: 100, rounds: 3, json: 'out.json' });
    expect(parse('--quick', '--rounds', '5')).toMatchObject({ n: 100, rounds: 5 });
  });

  it('takes peers separated by commas', () => {
    expect(parse('--peers', 'netplumb, shell-out').peers).toEqual(['netplumb', 'shell-out']);
  });

  it('draws a seed of 32 bits, and takes one', () => {
    const { seed } = parse();
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
    expect(parse('--seed', '4294967295').seed).toBe(4294967295);
  });

  it.each([
    [['--scenario', 'nonsense'], /--scenario.*'nonsense'.*attach-cold/],
    [['--peers', 'netplumb,docker'], /--peers.*'docker'/],
    [['--peers', ''], /--peers/],
    [['--n', '0'], /--n must be an integer from 1 to 1000/],
    [['--n', '1001'], /--n/],
    [['--n', '1e2'], /--n/],
    [['--n', ' 5'], /--n/],
    [['--rounds', '2'], /--rounds must be an integer from 3/],
    [['--seed', '-1'], /--seed/],
    [['--seed', '4294967296'], /--seed/],
    [['--quick', '--n', '10'], /--quick measures at N = 100/],
    [['--fast'], /--fast/],
    [['extra'], /extra/],
    [['--json'], /--json/],
  ])('refuses %j, naming what is wrong', (argv, message) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(message);
  });
});
