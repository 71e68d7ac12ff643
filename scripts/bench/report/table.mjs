// Owns: how a run's figures look on a terminal. It must not compute any of them.
import Table from 'cli-table3';
import { standingLines } from './standing.mjs';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./json.mjs').PartReport} PartReport */
/** @typedef {import('./figures.mjs').Figures} Figures */
/** @typedef {import('./figures.mjs').TargetResult} TargetResult */

const COLUMNS = [
  '',
  'p50 µs',
  'p90 µs',
  'p99 µs',
  'max µs',
  'total ms',
  'p50 to floor',
  'p50 to netplumb',
  'queues',
  'IPv6',
  'label',
  'claims',
];

/** @param {Report} report */
export function renderReport(report) {
  const parts = report.parts.map((part) => renderPart(report, part));
  const about = [aboutMachine(report.machine), aboutNoise(report.run.noise), howItWasDone(report)].join('\n');
  const standing = standingLines(report);
  const lines = [...(standing.length === 0 ? [] : [standing.join('\n')]), about, ...parts];
  return `${lines.join('\n\n')}\n`;
}

/** @param {Report} report @param {PartReport} part */
function renderPart(report, part) {
  const table = new Table({
    head: COLUMNS,
    colAligns: COLUMNS.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  const results = resultsOf(report, part);
  for (const row of results) table.push(cells(row));
  const counted = results.every(({ p50_us }) => p50_us === null);
  const lines = [
    `${part.scenario}: ${part.description}; N = ${part.n}, ${part.rounds} rounds`,
    ...(counted ? [] : [table.toString()]),
    ...results.flatMap(({ implementation, growth }) =>
      growth === undefined ? [] : [`${implementation}: growth ${growth.toFixed(2)}`],
    ),
    ...results.flatMap(({ implementation, extra = {} }) =>
      Object.entries(extra).map(([name, value]) => `${implementation}: ${name} ${value}`),
    ),
    ...results.map((row) => `${describe(part, row.implementation)} ${leftBehind(row)}`.trimEnd()),
    ...part.missing.map(({ implementation, reason }) => `${implementation}: left out: ${reason}`),
    ...part.failures.map(
      ({ implementation, round, message }) =>
        `${implementation}: left out, failed in round ${round}: ${message}`,
    ),
    ...report.targets
      .filter(({ scenario, n }) => scenario === part.scenario && (n ?? part.n) === part.n)
      .map(renderTarget),
  ];
  return lines.join('\n');
}

/** @param {TargetResult} target */
function renderTarget({ figure, at_most, at_least, measured, holds }) {
  if (at_most === undefined && at_least === undefined) return `${figure}: ${measured.toFixed(3)}`;
  const bound = at_most === undefined ? `at least ${at_least}` : `at most ${at_most}`;
  return `target: ${figure}: ${measured.toFixed(3)}, ${bound}: ${holds ? 'holds' : 'MISSED'}`;
}

/** @param {Report['machine']} machine */
export function aboutMachine({ kernel, cpus, node, iproute2, run_file_system, load_average }) {
  const load = `load ${load_average.toFixed(1)} before the run`;
  return `kernel ${kernel}, ${cpus} CPUs, Node ${node}, ${iproute2}, /run on ${run_file_system}, ${load}`;
}

/** @param {import('../noise.mjs').Noise} noise */
export function aboutNoise({ cpu, process }) {
  const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`;
  return `noise of the machine, tenth to ninetieth percentile between rounds: ${percent(cpu.swing)} of ${cpu.median_us} µs of hashing, ${percent(process.swing)} of ${process.median_us} µs for a process`;
}

/** @param {Report} report */
function howItWasDone({ run }) {
  return `order shuffled with seed ${run.seed}, ${run.minutes} minutes`;
}

/** @param {Report} report @param {{ scenario: string, n: number }} part @returns {Figures[]} */
export function resultsOf(report, part) {
  return report.results.filter(({ scenario, n }) => scenario === part.scenario && n === part.n);
}

/** @param {Figures} row */
function cells(row) {
  const { queues, ipv6, label, claims } = row.end_state;
  const times = [row.p50_us, row.p90_us, row.p99_us, row.max_us].map((us) => figure(us, 0));
  const yes = (/** @type {boolean} */ value) => (value ? 'yes' : 'no');
  return [
    row.implementation,
    ...times,
    figure(row.total_ms, 1),
    ratio(row.ratio_to_floor),
    ratio(row.to_netplumb?.p50 ?? null),
    queues,
    yes(ipv6),
    yes(label),
    claims,
  ];
}

/** What a way left, in words, where that is known. @param {Figures} row */
export function leftBehind({ end_state: { queues, ipv6, label, claims, rules } }) {
  if (queues === 0) return '';
  const words = [
    `${queues} queue${queues === 1 ? '' : 's'} a link`,
    `${ipv6 ? 'with' : 'no'} IPv6 link-local`,
    `${label ? 'a' : 'no'} label`,
    `${claims || 'no'} claims`,
    ...(rules === undefined ? [] : [`${rules || 'no'} iptables rules`]),
  ];
  return `It left ${words.join(', ')}.`;
}

/** A figure with so many digits behind the point; nothing, where nothing was timed. @param {number | null} value @param {number} digits */
export function figure(value, digits) {
  return value === null ? '' : value.toFixed(digits);
}

/** @param {import('../statistics.mjs').MedianInterval | null} interval */
export function ratio(interval) {
  if (interval === null) return '';
  const { median, low, high, confidence } = interval;
  return `${median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)}, ${Math.floor(confidence * 100)} %)`;
}

/** @param {PartReport} part @param {string} name */
function describe(part, name) {
  const about = part.implementations[name];
  return `${name}: ${about?.description} [${about?.version}]`;
}
