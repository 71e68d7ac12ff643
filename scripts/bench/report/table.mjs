// Owns: how a run's figures look on a terminal. It must not compute any of them.
import Table from 'cli-table3';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./json.mjs').PartReport} PartReport */
/** @typedef {import('./figures.mjs').Figures} Figures */
/** @typedef {import('./figures.mjs').TargetResult} TargetResult */

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
  const lines = [aboutMachine(report.machine), ...report.parts.map((part) => renderPart(report, part))];
  return `${lines.join('\n\n')}\n`;
}

/** @param {Report} report @param {PartReport} part */
function renderPart(report, part) {
  const table = new Table({
    head: COLUMNS,
    colAligns: COLUMNS.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  const results = report.results.filter(({ scenario }) => scenario === part.scenario);
  for (const row of results) table.push(cells(row));
  const lines = [
    `${part.scenario}: ${part.description}; N = ${part.n}, ${part.rounds} rounds, seed ${report.run.seed}`,
    table.toString(),
    ...results.flatMap(({ implementation, growth }) =>
      growth === undefined ? [] : [`${implementation}: growth ${growth.toFixed(2)}`],
    ),
    ...results.flatMap(({ implementation, extra = {} }) =>
      Object.entries(extra).map(([name, value]) => `${implementation}: ${name} ${value}`),
    ),
    ...results.map(({ implementation }) => describe(part, implementation)),
    ...part.missing.map(({ implementation, reason }) => `${implementation}: left out: ${reason}`),
    ...part.failures.map(
      ({ implementation, round, message }) =>
        `${implementation}: left out, failed in round ${round}: ${message}`,
    ),
    ...report.targets.filter(({ scenario }) => scenario === part.scenario).map(renderTarget),
  ];
  return lines.join('\n');
}

/** @param {TargetResult} target */
function renderTarget({ figure, at_most, at_least, measured, holds }) {
  const bound = at_most === undefined ? `at least ${at_least}` : `at most ${at_most}`;
  return `target: ${figure}: ${measured.toFixed(3)}, ${bound}: ${holds ? 'holds' : 'MISSED'}`;
}

/** @param {Report['machine']} machine */
export function aboutMachine({ kernel, cpus, node, iproute2, run_file_system, load_average }) {
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
export function ratio({ ratio_to_floor: r }) {
  if (r === null) return 'floor';
  return `${r.median.toFixed(2)} (${r.low.toFixed(2)}-${r.high.toFixed(2)}, ${Math.floor(r.confidence * 100)} %)`;
}

/** @param {PartReport} part @param {string} name */
function describe(part, name) {
  const about = part.implementations[name];
  return `${name}: ${about?.description} [${about?.version}]`;
}
