// Owns: how a run's figures look on a terminal. It must not compute any of them.
import Table from 'cli-table3';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./figures.mjs').Figures} Figures */

const COLUMNS = [
  '',
  'p50 µs',
  'p99 µs',
  'mean µs',
  'max µs',
  'total ms',
  'p50 to floor',
  'queues',
  'IPv6',
  'label',
  'claims',
];

/** @param {Report} report */
export function renderReport(report) {
  const { run, machine } = report;
  const table = new Table({
    head: COLUMNS,
    colAligns: COLUMNS.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of report.results) table.push(cells(row));
  const lines = [
    `${run.scenario}: ${run.description}; N = ${run.n}, ${run.rounds} rounds, seed ${run.seed}`,
    aboutMachine(machine),
    table.toString(),
    ...report.results.map(({ implementation }) => describe(report, implementation)),
    ...report.missing.map(({ implementation, reason }) => `${implementation}: left out: ${reason}`),
    ...report.failures.map(
      ({ implementation, round, message }) =>
        `${implementation}: left out, failed in round ${round}: ${message}`,
    ),
    ...report.targets.map(
      ({ figure, at_most, measured, holds }) =>
        `target: ${figure}: ${measured.toFixed(3)}, at most ${at_most}: ${holds ? 'holds' : 'MISSED'}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param {Report['machine']} machine */
function aboutMachine({ kernel, cpus, node, iproute2, run_file_system, load_average }) {
  const load = `load ${load_average.toFixed(1)} before the run`;
  return `kernel ${kernel}, ${cpus} CPUs, Node ${node}, ${iproute2}, /run on ${run_file_system}, ${load}`;
}

/** @param {Figures} row */
function cells(row) {
  const { queues, ipv6, label, claims } = row.end_state;
  const times = [row.p50_us, row.p99_us, row.mean_us, row.max_us].map((us) => us.toFixed(0));
  const yes = (/** @type {boolean} */ value) => (value ? 'yes' : 'no');
  return [
    row.implementation,
    ...times,
    row.total_ms.toFixed(1),
    ratio(row),
    queues,
    yes(ipv6),
    yes(label),
    claims,
  ];
}

/** @param {Figures} row */
function ratio({ ratio_to_floor: r }) {
  if (r === null) return 'floor';
  return `${r.median.toFixed(2)} (${r.low.toFixed(2)}-${r.high.toFixed(2)}, ${Math.floor(r.confidence * 100)} %)`;
}

/** @param {Report} report @param {string} name */
function describe(report, name) {
  const about = report.implementations[name];
  return `${name}: ${about?.description} [${about?.version}]`;
}
