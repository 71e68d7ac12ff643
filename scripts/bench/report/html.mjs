// Owns: a run as one HTML page that needs nothing else: the same tables and pictures as elsewhere, and the figures themselves. It must not
// compute any of them.
import { standingLines } from './standing.mjs';
import { aboutMachine, aboutNoise, leftBehind, ratio, resultsOf, figure as shown } from './table.mjs';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./json.mjs').PartReport} PartReport */
/** @typedef {{ name: string, title: string, parts: readonly PartReport[], svg: string }} Drawn */

const STYLE = `body { font: 15px/1.5 sans-serif; max-width: 76em; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; margin: 1em 0 } th, td { padding: .2em .7em; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left } tr.ours td { font-weight: bold } tr.floor td { color: #777 }
.lost { color: #b00020; font-weight: bold } figure { margin: 1em 0 } figcaption { color: #555 } small { color: #555 }`;

/** @param {string} text */
export const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The columns of a table, each with the figure it shows. */
const COLUMNS = /** @type {const} */ ([
  ['p50 µs', 'p50_us'],
  ['p90 µs', 'p90_us'],
  ['p99 µs', 'p99_us'],
  ['mean µs', 'mean_us'],
  ['max µs', 'max_us'],
  ['total ms', 'total_ms'],
]);

/** @param {Report} report @param {readonly Drawn[]} pictures */
export function renderHtml(report, pictures) {
  const { machine, run } = report;
  const title = `netplumb bench: ${run.scenario}`;
  const body = [
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(run.description)}</p>`,
    `<ul>${standingLines(report).map(standing).join('')}</ul>`,
    `<p><small>${[machine.date, aboutMachine(machine), machine.cpu, aboutNoise(run.noise), `seed ${run.seed}`].map(escaped).join('<br>')}</small></p>`,
    ...targets(report),
    ...pictures.filter(({ parts }) => parts.length > 1).map(figure),
    ...report.parts.map((part) => section(report, part, pictures)),
  ];
  // Inside a script only its own end would end it.
  const figures = JSON.stringify(report).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>
${body.join('\n')}
<script type="application/json" id="figures">${figures}</script>
</body></html>
`;
}

/** @param {string} line */
function standing(line) {
  return `<li${line.includes(' NOT ') ? ' class="lost"' : ''}>${escaped(line)}</li>`;
}

/** @param {Report} report */
function targets({ targets }) {
  if (targets.length === 0) return [];
  const rows = targets.map(({ scenario, n, figure, at_most, at_least, measured, holds }) => {
    const bound = at_most !== undefined ? `≤ ${at_most}` : at_least !== undefined ? `≥ ${at_least}` : '';
    const verdict = bound === '' ? '' : holds ? 'holds' : 'missed';
    const cells = [
      `${scenario}${n === undefined ? '' : `, N = ${n}`}`,
      figure,
      bound,
      measured.toFixed(2),
      verdict,
    ];
    return `<tr>${cells.map((cell) => `<td${cell === 'missed' ? ' class="lost"' : ''}>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  return [
    `<h2>Targets</h2><table><tr><th>scenario</th><th>figure</th><th>target</th><th>measured</th><th></th></tr>${rows.join('\n')}</table>`,
  ];
}

/** @param {Drawn} picture */
function figure({ title, svg }) {
  return `<figure>${svg}<figcaption>${escaped(title)}</figcaption></figure>`;
}

/** @param {Report} report @param {PartReport} part @param {readonly Drawn[]} pictures */
function section(report, part, pictures) {
  const { scenario, n, rounds, description } = part;
  const heads = ['', ...COLUMNS.map(([head]) => head), 'p50 to netplumb', 'p50 to floor', 'rounds'];
  const rows = resultsOf(report, part).map((row) => {
    const { implementation } = row;
    const role = part.implementations[implementation]?.role ?? '';
    const figures = COLUMNS.map(
      ([, key]) =>
        `<td data-figure="${key}" data-value="${row[key] ?? ''}">${shown(row[key], (row[key] ?? 0) < 100 ? 1 : 0)}</td>`,
    );
    const ratios = [ratio(row.to_netplumb?.p50 ?? null), ratio(row.ratio_to_floor), String(row.rounds)];
    const extras = Object.entries(row.extra ?? {}).map(([name, value]) => `${name} ${value}`);
    return [
      `<tr class="${role}" data-scenario="${escaped(scenario)}" data-n="${n}" data-way="${escaped(implementation)}"><td>${escaped(implementation)}</td>${figures.join('')}${ratios.map((text) => `<td>${escaped(text)}</td>`).join('')}</tr>`,
      ...(extras.length === 0
        ? []
        : [`<tr><td colspan="${heads.length}"><small>${escaped(extras.join(', '))}</small></td></tr>`]),
    ].join('\n');
  });
  const notes = [
    ...resultsOf(report, part).map((row) => {
      const about = part.implementations[row.implementation];
      return `${row.implementation}: ${about?.description} [${about?.version}]. ${leftBehind(row)}`;
    }),
    ...part.missing.map(({ implementation, reason }) => `${implementation}: left out: ${reason}`),
    ...part.failures.map(
      ({ implementation, round, message }) => `${implementation}: failed in round ${round}: ${message}`,
    ),
  ];
  return `<h2>${escaped(scenario)}, N = ${n}</h2>
<p>${escaped(description)}, ${rounds} rounds.</p>
<table><tr>${heads.map((head) => `<th>${escaped(head)}</th>`).join('')}</tr>
${rows.join('\n')}
</table>
${pictures
  .filter(({ parts }) => parts.length === 1 && parts[0] === part)
  .map(figure)
  .join('\n')}
<p><small>${notes.map(escaped).join('<br>')}</small></p>`;
}
