// What a test phase comes to, read from machine-readable reports: vitest's JSON and doctest's summary.
// Nothing here runs anything.
import { readFileSync } from 'node:fs';

/**
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed
 * @property {readonly Skip[]} skips
 * @property {readonly string[]} failures
 * @property {readonly string[]} [closing] what suites say of themselves in the end: how much was compared
 */

/** @param {Totals} a @param {Totals} b @returns {Totals} */
export function addTotals(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skips: [...a.skips, ...b.skips],
    failures: [...a.failures, ...b.failures],
    closing: [...(a.closing ?? []), ...(b.closing ?? [])],
  };
}

/**
 * The totals of one vitest run. A file that fails outside its tests (it does not load, or it leaks) counts as a failure,
 * and so do a test that did not run for no reason of the kernel's (its set-up failed) and a run that failed outside its files.
 * @param {string} path the report of vitest's `json` reporter
 * @param {number} exitCode vitest's
 * @returns {Totals}
 */
export function vitestTotals(path, exitCode) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  let passed = 0;
  /** @type {string[]} */
  const failures = [];
  /** @type {Skip[]} */
  const skips = [];
  /** @type {string[]} */
  const closing = [];
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      closing.push(...(test.meta?.closing ?? []));
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failures.push(test.fullName);
      else if (test.meta?.skipReason) skips.push({ name: test.fullName, reason: test.meta.skipReason });
      else failures.push(`${test.fullName}: did not run`);
    }
    if (file.message) failures.push(`${file.name}: ${file.message}`);
  }
  if (exitCode !== 0 && failures.length === 0) failures.push(`vitest ended with code ${exitCode}`);
  return { passed, failed: failures.length, skips, failures, closing };
}

/**
 * The totals of one doctest program. A program that died before its summary counts as a failure.
 * @param {string} name
 * @param {string} text what its `console` reporter wrote
 * @param {number} exitCode the program's
 * @returns {Totals}
 */
export function doctestTotals(name, text, exitCode) {
  const summary = /test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed/.exec(text);
  const passed = Number(summary?.[1] ?? 0);
  const failed = Number(summary?.[2] ?? 0) || (exitCode === 0 && passed > 0 ? 0 : 1);
  return { passed, failed, skips: [], failures: failed > 0 ? [`${name}: exit code ${exitCode}`] : [] };
}

/**
 * Prints what suites say of themselves, what failed, what was skipped and why, and the line of totals, last and alone.
 * @param {Totals} totals
 */
export function printSummary({ passed, failed, skips, failures, closing = [] }) {
  if (closing.length > 0) console.log(`\n${closing.join('\n')}`);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
  if (skips.length > 0) {
    console.log(`\nSkipped:\n${skips.map(({ name, reason }) => `  ${name}: ${reason}`).join('\n')}`);
  }
  console.log(`\n${passed} passed, ${failed} failed, ${skips.length} skipped`);
}
