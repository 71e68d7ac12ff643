// Owns: how a run is told in docs/benchmarks.md: what was measured, where, against what, and which targets hold. It must not
// compute anything. A target that is missed is said to be.
import { writeFileSync } from 'node:fs';
import { aboutMachine, ratio } from './table.mjs';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./json.mjs').PartReport} PartReport */
/** @typedef {import('./figures.mjs').TargetResult} TargetResult */

/** @param {string} file @param {Report} report */
export function writePage(file, report) {
  writeFileSync(file, renderPage(report));
}

/** @param {Report} report */
export function renderPage(report) {
  const { machine, run } = report;
  const missed = report.targets.filter(({ holds }) => !holds).length;
  const lines = [
    '# Benchmarks',
    '',
    'Written by the command that measured it; the figures are in [benchmarks/engine.json](benchmarks/engine.json):',
    '',
    `    npm run bench -- --scenario ${run.scenario} --json docs/benchmarks/engine.json --docs docs/benchmarks.md`,
    '',
    `${machine.date.slice(0, 10)}, ${aboutMachine(machine)}, ${machine.cpu}. ${run.minutes} minutes.`,
    '',
    'The floors are C programs (`scripts/bench/floor`) that make the same system calls and send the same messages, with nothing around them; a',
    'test compares the bytes. All implementations of a scenario take turns in every round, in a shuffled order, and nothing begins before the kernel',
    'has reaped what came before. A ratio is taken round by round and its median is quoted: times swing with the machine, ratios much less.',
    '',
    '## Targets',
    '',
    `${report.targets.length - missed} of ${report.targets.length} hold.`,
    '',
    '| scenario | figure | target | measured | |',
    '|---|---|---|---|---|',
    ...report.targets.map(targetRow),
    '',
    ...report.parts.flatMap((part) => partLines(report, part)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** @param {TargetResult} target */
function targetRow({ scenario, figure, at_most, at_least, measured, holds }) {
  const bound = at_most === undefined ? `≥ ${at_least}` : `≤ ${at_most}`;
  const shown = Math.abs(measured) >= 100 ? measured.toFixed(0) : measured.toFixed(2);
  return `| ${scenario} | ${figure} | ${bound} | ${shown} | ${holds ? 'holds' : '**missed**'} |`;
}

/** @param {Report} report @param {PartReport} part */
function partLines(report, part) {
  const results = report.results.filter(({ scenario }) => scenario === part.scenario);
  const us = (/** @type {number} */ value) => value.toFixed(value < 100 ? 1 : 0);
  return [
    `## ${part.scenario}`,
    '',
    `${part.description[0]?.toUpperCase()}${part.description.slice(1)}. N = ${part.n}, ${part.rounds} rounds.`,
    '',
    '| | p50 µs | p99 µs | mean µs | max µs | total ms | p50 to floor | rounds |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...results.map(
      (row) =>
        `| ${row.implementation} | ${us(row.p50_us)} | ${us(row.p99_us)} | ${us(row.mean_us)} | ${us(row.max_us)} | ${row.total_ms.toFixed(1)} | ${ratio(row)} | ${row.rounds} |`,
    ),
    '',
    ...results.flatMap(({ implementation, growth, extra }) => [
      ...(growth === undefined ? [] : [`- ${implementation}: growth ${growth.toFixed(2)}`]),
      ...Object.entries(extra ?? {}).map(([name, value]) => `- ${implementation}: ${name} ${value}`),
    ]),
    ...results.map(({ implementation }) => {
      const about = part.implementations[implementation];
      return `- ${implementation}: ${about?.description} [${about?.version}]`;
    }),
    ...part.missing.map(({ implementation, reason }) => `- ${implementation}: left out: ${reason}`),
    ...part.failures.map(
      ({ implementation, round, message }) => `- ${implementation}: failed in round ${round}: ${message}`,
    ),
    '',
  ];
}
