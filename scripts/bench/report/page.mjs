// Owns: how the runs that are kept are told in docs/benchmarks.md: what was measured, where, against what, where the library is not first,
// and which targets hold. It must not compute anything.
import { standingLines } from './standing.mjs';
import { aboutMachine, aboutNoise, figure, leftBehind, ratio, resultsOf } from './table.mjs';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./json.mjs').PartReport} PartReport */
/** @typedef {import('./figures.mjs').TargetResult} TargetResult */
/** @typedef {{ name: string, report: Report }} Kept */

const HEAD = `# Benchmarks

Written by the commands that measured it, each of which keeps its figures in a file beside this page. None takes more than ten minutes, on a
machine that does nothing else:

COMMANDS

All ways to do a thing take turns in every round, in a shuffled order, and nothing begins before the kernel has reaped what came before. What
each leaves is read by \`ip -j\`: each did the work. A ratio is taken round by round, and its median is quoted with an interval that holds the
true one as often as it says: times swing with the machine, ratios much less. The floors are C programs (\`scripts/bench/floor\`) that send the
library's messages, or the plain ones, with nothing around them. Rivals are written as their documentation advises; what they do differently
stands below each table. \`npm run bench -- --help\` says what else there is.
`;

/** @param {readonly Kept[]} kept @param {(name: string, part: PartReport) => readonly string[]} [picturesOf] lines */
export function renderPage(kept, picturesOf = () => []) {
  const commands = kept.map(({ name }) => `    npm run bench -- --scenario ${name} --docs`);
  const standing = kept.flatMap(({ report }) => standingLines(report)).map((line) => `- ${line}`);
  const lines = [
    HEAD.replace('COMMANDS', commands.join('\n')),
    '## Standing',
    '',
    ...new Set(standing),
    '',
    ...kept.flatMap((one) => suiteLines(one, picturesOf)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** @param {Kept} kept @param {(name: string, part: PartReport) => readonly string[]} picturesOf */
function suiteLines({ name, report }, picturesOf) {
  const { machine, run, targets } = report;
  const held = targets.filter(({ holds }) => holds).length;
  return [
    `## ${name}`,
    '',
    `${sentence(run.description)} [${name}.json](benchmarks/${name}.json), ${machine.date.slice(0, 10)}: ${aboutMachine(machine)}, ${machine.cpu}; ${aboutNoise(run.noise)}; ${run.minutes} minutes, seed ${run.seed}.`,
    '',
    ...(targets.length === 0
      ? []
      : [
          `${held} of ${targets.length} targets hold.`,
          '',
          '| scenario | figure | target | measured | |',
          '|---|---|---|---:|---|',
          ...targets.map(targetRow),
          '',
        ]),
    ...report.parts.flatMap((part) => [...partLines(report, part), ...picturesOf(name, part)]),
  ];
}

/** @param {string} text */
function sentence(text) {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** @param {TargetResult} target */
function targetRow({ scenario, n, figure, at_most, at_least, measured, holds }) {
  const bounded = at_most !== undefined || at_least !== undefined;
  const bound = !bounded ? '' : at_most === undefined ? `≥ ${at_least}` : `≤ ${at_most}`;
  const shown = Math.abs(measured) >= 100 ? measured.toFixed(0) : measured.toFixed(2);
  const verdict = bounded ? (holds ? 'holds' : '**missed**') : '';
  const where = n === undefined ? scenario : `${scenario}, N = ${n}`;
  return `| ${where} | ${figure} | ${bound} | ${shown} | ${verdict} |`;
}

/** @param {Report} report @param {PartReport} part */
function partLines(report, part) {
  const results = resultsOf(report, part);
  return [
    `### ${part.scenario}, N = ${part.n}`,
    '',
    `${sentence(part.description)} ${part.rounds} rounds.`,
    '',
    ...(results.every(({ p50_us }) => p50_us === null) ? countLines(results) : timeLines(results)),
    '',
    ...results.flatMap(({ implementation, growth, extra, p50_us }) => [
      ...(growth === undefined ? [] : [`- ${implementation}: growth ${growth.toFixed(2)}`]),
      ...Object.entries(p50_us === null ? {} : (extra ?? {})).map(
        ([name, value]) => `- ${implementation}: ${name} ${value}`,
      ),
    ]),
    ...results.map((row) => {
      const about = part.implementations[row.implementation];
      const version = about?.version ? ` [${about.version}]` : '';
      return `- ${row.implementation}: ${about?.description}${version}. ${leftBehind(row)}`.trimEnd();
    }),
    ...part.missing.map(({ implementation, reason }) => `- ${implementation}: left out: ${reason}`),
    ...part.failures.map(
      ({ implementation, round, message }) =>
        `- ${implementation}: failed in round ${round}: ${message.replace(/\s+/g, ' ').slice(0, 300)}`,
    ),
    '',
  ];
}

/** @typedef {import('./figures.mjs').Figures} Figures */

/** @param {readonly Figures[]} results */
function timeLines(results) {
  const us = (/** @type {number | null} */ value) => figure(value, (value ?? 0) < 100 ? 1 : 0);
  return [
    '| | p50 µs | p90 µs | p99 µs | max µs | total ms | p50 to netplumb | p50 to floor | rounds |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...results.map(
      (row) =>
        `| ${row.implementation} | ${us(row.p50_us)} | ${us(row.p90_us)} | ${us(row.p99_us)} | ${us(row.max_us)} | ${figure(row.total_ms, 1)} | ${ratio(row.to_netplumb?.p50 ?? null)} | ${ratio(row.ratio_to_floor)} | ${row.rounds} |`,
    ),
  ];
}

/** Of what only counts. @param {readonly Figures[]} results */
function countLines(results) {
  const names = Object.keys(results[0]?.extra ?? {});
  return [
    `| | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---:|').join('')}`,
    ...results.map(
      ({ implementation, extra }) =>
        `| ${implementation} | ${names.map((name) => extra?.[name]).join(' | ')} |`,
    ),
  ];
}
