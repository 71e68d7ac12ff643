// What a run of the fuzzer prints.

/** @typedef {import('./session.mjs').Result} Result */

const number = (/** @type {number} */ value) => value.toLocaleString('en-US');

/** @param {Result} result */
export function targetLine({ target, executions, executionsPerSecond, features, findings }) {
  const counts = `${number(executions)} executions, ${number(executionsPerSecond)}/s, ${number(features)} features`;
  return `${target}: ${counts}, ${findings.length} findings`;
}

/** @param {readonly Result[]} results */
export function summaryLine(results) {
  const executions = results.reduce((sum, result) => sum + result.executions, 0);
  const findings = results.reduce((sum, result) => sum + result.findings.length, 0);
  return `fuzz: ${results.length} targets, ${number(executions)} executions, ${findings} findings`;
}

/** Each finding with libFuzzer's report, and how to run it again; empty when there is none. @param {readonly Result[]} results */
export function findingsText(results) {
  return results
    .filter(({ findings }) => findings.length > 0)
    .map(({ target, findings, report }) =>
      [report, ...findings.map((file) => `finding: netplumb_fuzz --target=${target} ${file}`)].join('\n'),
    )
    .join('\n');
}
