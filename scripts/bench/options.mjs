// Owns: the command line of the bench. It must not know what a scenario or an implementation does, only their
// names.
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {string} scenario or a suite
 * @property {number | undefined} n containers per round, or operations; of a suite, at most
 * @property {number | undefined} rounds counted rounds; one runs before them, to warm up; of a suite, at most
 * @property {readonly string[] | undefined} peers the implementations to run; all when undefined
 * @property {string | undefined} json the file to write
 * @property {string | undefined} html the page to write
 * @property {boolean} docs keep the figures in docs/benchmarks, and draw docs/benchmarks.md again
 * @property {boolean} draw only that
 * @property {boolean} checkDocs only check what the documents quote
 * @property {boolean} clean remove what earlier runs left
 * @property {number} seed
 * @property {boolean} help
 */

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

/** Names as the usage lists them. @param {readonly string[]} names */
const listed = (names) => names.join(', ').replace(/(.{50,70}?) /g, '$1\n                    ');

/** @param {Known} known */
export const usage = ({ suites, scenarios, implementations }) => `usage: npm run bench -- [options]

  --scenario NAME   what to measure (default attach-cold). Several at once, with their own sizes and rounds:
                    ${listed(suites)}
                    one: ${listed(scenarios)}
  --n N             containers or operations per round (default 100; of several at once: at most)
  --rounds N        counted rounds, at least 3 (default 10; of several at once: at most)
  --peers LIST      what takes part, separated by commas (default all; the floor always runs):
                    ${listed(implementations)}
  --quick           the same as --scenario quick: every way to attach, in under a minute
  --seed N          repeats the order of an earlier run (default random, printed)
  --json FILE       writes the figures there
  --html FILE       writes a page with pictures there
  --docs            in a checkout: writes docs/benchmarks/SCENARIO.json, and docs/benchmarks.md from all that are there
  --draw            measures nothing: only writes docs/benchmarks.md again
  --check-docs      measures nothing: fails where README or docs quote a figure that no file in docs/benchmarks has
  --clean           removes what earlier runs left, then measures
  --help            prints this
`;

/** @typedef {{ suites: readonly string[], scenarios: readonly string[], implementations: readonly string[] }} Known */

/**
 * @param {readonly string[]} argv without node and the script
 * @param {Known} known
 * @returns {Options}
 */
export function parseOptions(argv, known) {
  const { values } = parse(argv);
  const { scenario = 'attach-cold', n, rounds, quick = false } = values;
  if (quick && (values.scenario !== undefined || n !== undefined)) {
    throw new UsageError('--quick is a scenario with a size of its own: leave out --scenario and --n');
  }
  return {
    scenario: quick ? 'quick' : oneOf('--scenario', scenario, [...known.suites, ...known.scenarios]),
    n: n === undefined ? undefined : integer('--n', n, 1, 10_000),
    rounds: rounds === undefined ? undefined : integer('--rounds', rounds, 3, 1000),
    peers: values.peers?.split(',').map((name) => oneOf('--peers', name.trim(), known.implementations)),
    json: values.json,
    html: values.html,
    docs: values.docs ?? false,
    draw: values.draw ?? false,
    checkDocs: values['check-docs'] ?? false,
    clean: values.clean ?? false,
    seed: integer('--seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 32)), 0, 2 ** 32 - 1),
    help: values.help ?? false,
  };
}

/** @param {readonly string[]} argv */
function parse(argv) {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const texts = { scenario: text, n: text, rounds: text, peers: text, seed: text, json: text, html: text };
  const flags = { quick: flag, docs: flag, draw: flag, 'check-docs': flag, clean: flag, help: flag };
  try {
    return parseArgs({ args: [...argv], options: { ...texts, ...flags }, strict: true });
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
