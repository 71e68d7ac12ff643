// Owns: proof of the bench's command line: what it takes, its defaults, and what it refuses.
import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../../scripts/bench/options.mjs';

const known = {
  suites: ['quick', 'attach'],
  scenarios: ['attach-cold'],
  implementations: ['netplumb', 'floor-tuned', 'shell-out'],
};
const parse = (...argv: string[]) => parseOptions(argv, known);

describe('parseOptions', () => {
  it('measures a cold attach with everything unless told otherwise, in the size of the scenario', () => {
    expect(parse()).toMatchObject({
      scenario: 'attach-cold',
      n: undefined,
      rounds: undefined,
      peers: undefined,
    });
    expect(parse().json).toBeUndefined();
  });

  it('takes several scenarios by one name, quick for one of them', () => {
    expect(parse('--scenario', 'attach', '--n', '5')).toMatchObject({ scenario: 'attach', n: 5 });
    expect(parse('--quick', '--json', 'out.json')).toMatchObject({ scenario: 'quick', json: 'out.json' });
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
    [['--n', '0'], /--n must be an integer from 1 to 10000/],
    [['--n', '10001'], /--n/],
    [['--n', '1e2'], /--n/],
    [['--n', ' 5'], /--n/],
    [['--rounds', '2'], /--rounds must be an integer from 3/],
    [['--seed', '-1'], /--seed/],
    [['--seed', '4294967296'], /--seed/],
    [['--quick', '--n', '10'], /--quick .* leave out --scenario and --n/],
    [['--quick', '--scenario', 'attach'], /--quick/],
    [['--fast'], /--fast/],
    [['extra'], /extra/],
    [['--json'], /--json/],
  ])('refuses %j, naming what is wrong', (argv, message) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(message);
  });
});
