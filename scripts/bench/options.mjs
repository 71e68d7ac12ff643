// Owns: the command line of the bench. It must not know what a scenario or an implementation does, only their
// names.
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {string} scenario
 * @property {number} n containers per round
 * @property {number} rounds counted rounds; one runs before them, to warm up
 * @property {readonly string[] | undefined} peers the implementations to run; all when undefined
 * @property {string | undefined} json the file to write
 * @property {string | undefined} docs the page to write
 * @property {number} seed
 * @property {boolean} help
 */

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

export const USAGE = `usage: npm run bench -- [options]

  --scenario NAME   what to measure (default attach-cold); engine: all that makes its table, for which --n and
                    --rounds are its own
                    nat: rules and ports, by --rounds only
  --n N             containers per round (default 100)
  --rounds N        counted rounds, at least 3 (default 10)
  --quick           N = 100 in 3 rounds
  --peers LIST      implementations to run, separated by commas (default all; the floor always runs)
  --seed N          repeats the order of an earlier run (default random, printed)
  --json FILE       writes the figures there
  --docs FILE       writes a page about them there, as docs/benchmarks.md is
  --help            prints this
`;

/**
 * @param {readonly string[]} argv without node and the script
 * @param {{ scenarios: readonly string[], implementations: readonly string[] }} known
 * @returns {Options}
 */
export function parseOptions(argv, known) {
  const { values } = parse(argv);
  if (values.quick && values.n !== undefined) {
    throw new UsageError('--quick measures at N = 100: leave out --n');
  }
  return {
    scenario: oneOf('--scenario', values.scenario ?? 'attach-cold', known.scenarios),
    n: integer('--n', values.n ?? '100', 1, 1000),
    rounds: integer('--rounds', values.rounds ?? (values.quick ? '3' : '10'), 3, 1000),
    peers: values.peers?.split(',').map((name) => oneOf('--peers', name.trim(), known.implementations)),
    json: values.json,
    docs: values.docs,
    seed: integer('--seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 32)), 0, 2 ** 32 - 1),
    help: values.help ?? false,
  };
}

/** @param {readonly string[]} argv */
function parse(argv) {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const options = { scenario: text, n: text, rounds: text, peers: text, seed: text, json: text, docs: text };
  try {
    return parseArgs({ args: [...argv], options: { ...options, quick: flag, help: flag }, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} option @param {string} value @param {readonly string[]} known */
function oneOf(option, value, known) {
  if (!known.includes(value)) {
    throw new UsageError(`${option}: unknown name '${value}'; there is ${known.join(', ')}`);
  }
  return value;
}

/** @param {string} option @param {string} value @param {number} least @param {number} most */
function integer(option, value, least, most) {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new UsageError(`${option} must be an integer from ${least} to ${most}, not '${value}'`);
  }
  return number;
}
