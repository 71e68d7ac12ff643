// The phases of `npm test` in the order they run: cheap ones first. Each returns its totals; a check that is no test
// counts as one.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative, configureNative } from '../dev-native.mjs';
import { openFuzzer } from '../fuzz/program.mjs';
import { fuzzAll } from '../fuzz/session.mjs';
import { findingsText, summaryLine, targetLine } from '../fuzz/text.mjs';
import { mustRun, root, run, Stop } from '../setup/command.mjs';
import { doctestTotals, vitestTotals } from './totals.mjs';

/** @typedef {import('./totals.mjs').Totals} Totals */

/** @type {Totals} */
const nothing = { passed: 0, failed: 0, skips: [], failures: [] };

/** @param {string} program */
function installed(program) {
  return join(root, 'node_modules/.bin', program);
}

/** @param {string} name */
function freshReport(name) {
  const directory = join(root, 'build/reports');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  rmSync(path, { force: true });
  return path;
}

/**
 * A check that passes or fails as a whole.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {() => Promise<Totals>}
 */
function check(program, args) {
  return async () => {
    await mustRun(program, args);
    return { ...nothing, passed: 1 };
  };
}

/** @param {string} project @returns {Promise<Totals>} */
async function vitest(project) {
  const report = freshReport(`vitest-${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(installed('vitest'), ['run', '--project', project, ...reporters]);
  if (!existsSync(report)) throw new Stop(`vitest wrote no report for ${project} (exit code ${code})`);
  return vitestTotals(report, code);
}

/** Kernel tests that cannot run are a failure, never a silent pass. @returns {Promise<Totals>} */
async function kernel() {
  if ((await run('unshare', ['--net', '--mount', 'true'])) !== 0) {
    throw new Stop('network namespaces cannot be made here, so no kernel test can run');
  }
  const totals = await vitest('kernel');
  if (totals.passed === 0 && totals.failed === 0) throw new Stop('no kernel test ran');
  return totals;
}

/** The C++ tests with ASan and UBSan. @returns {Promise<Totals>} */
async function native() {
  const build = await configureNative({ sanitize: true });
  await buildNative(build);
  const report = freshReport('native.txt');
  const code = await run(join(build, 'netplumb_test'), ['--no-colors', `--out=${report}`]);
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  console.log(text);
  return doctestTotals('C++ tests', text, code);
}

/** How long each fuzz target runs; `npm run fuzz` takes longer. */
const fuzzSeconds = 10;

/** Every target counts as a test. @returns {Promise<Totals>} */
async function fuzz() {
  const fuzzer = await openFuzzer();
  const results = await fuzzAll(fuzzer, fuzzer.targets, fuzzSeconds, (result) =>
    console.log(targetLine(result)),
  );
  const findings = findingsText(results);
  if (findings !== '') console.error(findings);
  const failures = results
    .filter(({ findings }) => findings.length > 0)
    .map(({ target }) => `fuzz ${target}`);
  const passed = results.length - failures.length;
  return { ...nothing, passed, failed: failures.length, failures, closing: [summaryLine(results)] };
}

/** @type {Readonly<Record<string, () => Promise<Totals>>>} */
export const phases = {
  lint: check('node', ['scripts/lint.mjs']),
  typecheck: check(installed('tsc'), ['--project', 'tsconfig.check.json']),
  generated: check('node', ['scripts/types/generate.mjs', '--check']),
  unit: () => vitest('unit'),
  native,
  fuzz,
  tidy: check('node', ['scripts/lint.mjs', '--tidy']),
  kernel,
  lifetime: () => vitest('lifetime'),
  sweep: () => vitest('sweep'),
  package: () => vitest('package'),
};
