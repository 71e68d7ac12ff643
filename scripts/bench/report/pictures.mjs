// Owns: which pictures a run is told by, as Vega-Lite specifications: how long an operation takes by each way, how that grows, what an attach
// is made of. It must not compute figures, nor know how a specification becomes an image.
import { resultsOf } from './table.mjs';

/** @typedef {import('./json.mjs').Report} Report */
/** @typedef {import('./json.mjs').PartReport} PartReport */
/** @typedef {import('vega-lite').TopLevelSpec} Specification */
/** @typedef {{ name: string, title: string, parts: readonly PartReport[], specification: Specification }} Picture */

/** Ours stands out; what is only a limit steps back. */
const COLOURS = { ours: '#d95f02', floor: '#9aa0a6', rival: '#3a6ea5' };
const WIDTH = 560;
const LEAST_COMPARED = 3;

const config = {
  font: 'sans-serif',
  background: 'white',
  axis: { labelLimit: 220, gridColor: '#eeeeee' },
  view: { stroke: null },
};

/** @param {Report} report @returns {Picture[]} */
export function picturesOf(report) {
  return [
    ...report.parts.flatMap((part) => [
      ...distribution(report, part),
      ...growth(report, part),
      ...breakdown(report, part),
      ...counts(report, part),
    ]),
    ...alongFamilies(report),
  ];
}

/** @param {PartReport} part */
const nameOf = ({ scenario, n }) => `${scenario}-${n}`;

/** Every way with what its operations took, fastest first. @param {Report} report @param {PartReport} part @returns {Picture[]} */
function distribution(report, part) {
  const timed = resultsOf(report, part).filter(({ p50_us }) => p50_us !== null);
  const rows = timed.map((row) => ({
    way: row.implementation,
    role: part.implementations[row.implementation]?.role ?? 'rival',
    p1: shareOf(row, 0.01),
    p10: shareOf(row, 0.1),
    p50: row.p50_us,
    p90: row.p90_us,
    p99: row.p99_us,
  }));
  if (rows.length < LEAST_COMPARED) return [];
  const y = /** @type {const} */ ({
    field: 'way',
    type: 'nominal',
    sort: { field: 'p50', op: 'min' },
    title: null,
  });
  const color = colour;
  const x = (/** @type {string} */ field) =>
    /** @type {const} */ ({
      field,
      type: 'quantitative',
      scale: { type: 'log', nice: true, zero: false },
      title: 'µs: median, middle 80 %, and from the fastest to the slowest hundredth',
      axis: { format: '~s' },
    });
  return [
    {
      name: nameOf(part),
      title: `${part.scenario}, N = ${part.n}: ${part.description}`,
      parts: [part],
      specification: {
        config,
        width: WIDTH,
        height: { step: 22 },
        data: { values: rows },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 1 },
            encoding: { y, x: x('p1'), x2: { field: 'p99' }, color },
          },
          {
            mark: { type: 'bar', height: 10, opacity: 0.45 },
            encoding: { y, x: x('p10'), x2: { field: 'p90' }, color },
          },
          { mark: { type: 'tick', thickness: 3, size: 16 }, encoding: { y, x: x('p50'), color } },
        ],
      },
    },
  ];
}

const colour = /** @type {const} */ ({
  field: 'role',
  type: 'nominal',
  legend: null,
  scale: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
});

/** @param {import('./figures.mjs').Figures} row @param {number} share */
function shareOf({ quantiles_us }, share) {
  return quantiles_us.find(([of]) => of === share)?.[1] ?? Number.NaN;
}

/** What one operation takes when so many have been done. @param {Report} report @param {PartReport} part @returns {Picture[]} */
function growth(report, part) {
  const values = resultsOf(report, part).flatMap(({ implementation: way, curve = [] }) =>
    curve.map(({ after, mean_us }) => ({ way, after: after + 1, mean_us })),
  );
  if (values.length === 0) return [];
  const title = `${part.scenario}, N = ${part.n}: mean of one operation, by how many stand`;
  return [
    {
      name: `${nameOf(part)}-growth`,
      title,
      parts: [part],
      specification: lines(values, { field: 'after', title: 'the first, second, … container' }, 'mean_us'),
    },
  ];
}

/** What the library's attach is made of. @param {Report} report @param {PartReport} part @returns {Picture[]} */
function breakdown(report, part) {
  return resultsOf(report, part).flatMap(({ implementation, extra = {} }) => {
    const steps = Object.entries(extra).filter(([name]) => name.startsWith('step '));
    if (steps.length === 0) return [];
    const values = steps.map(([name, us], i) => ({ step: name.replace(/^step (.*)_us$/, '$1'), us, i }));
    return [
      {
        name: `${nameOf(part)}-steps`,
        title: `${implementation}: what one ${part.scenario} is made of, medians`,
        parts: [part],
        specification: {
          config,
          width: WIDTH,
          height: { step: 20 },
          data: { values },
          mark: { type: 'bar', color: COLOURS.ours },
          encoding: {
            y: { field: 'step', type: 'nominal', sort: { field: 'i' }, title: null },
            x: { field: 'us', type: 'quantitative', title: 'µs' },
          },
        },
      },
    ];
  });
}

/** @param {Report} report @param {PartReport} part @returns {Picture[]} */
function counts(report, part) {
  const values = resultsOf(report, part).flatMap(({ implementation: way, extra = {} }) =>
    extra.system_calls_each === undefined
      ? []
      : [{ way, role: part.implementations[way]?.role ?? 'rival', calls: extra.system_calls_each }],
  );
  if (values.length === 0) return [];
  return [
    {
      name: `${nameOf(part)}-counts`,
      title: 'system calls for one container',
      parts: [part],
      specification: {
        config,
        width: WIDTH,
        height: { step: 20 },
        data: { values },
        mark: 'bar',
        encoding: {
          y: { field: 'way', type: 'nominal', sort: { field: 'calls' }, title: null },
          x: { field: 'calls', type: 'quantitative', scale: { type: 'log' }, title: 'system calls' },
          color: colour,
        },
      },
    },
  ];
}

/** Scenarios that differ in one number, each a point of a curve. @param {Report} report @returns {Picture[]} */
function alongFamilies(report) {
  const families = [...new Set(report.parts.flatMap(({ along }) => along?.family ?? []))];
  return families.flatMap((family) => {
    const parts = report.parts.filter(({ along }) => along?.family === family);
    const [first] = parts;
    if (first?.along === undefined || parts.length < 2) return [];
    const values = parts.flatMap((part) =>
      resultsOf(report, part).map(({ implementation: way, p50_us }) => ({
        way,
        value: part.along?.value ?? 0,
        p50_us,
      })),
    );
    const x = { field: 'value', title: first.along.what };
    return [
      {
        name: family,
        title: `${family}: median by ${first.along.what}`,
        parts,
        specification: lines(values, x, 'p50_us'),
      },
    ];
  });
}

/**
 * A line for every way, both axes logarithmic; 0 has a place too.
 * @param {readonly Record<string, unknown>[]} values @param {{ field: string, title: string }} x @param {string} y
 * @returns {Specification}
 */
function lines(values, x, y) {
  return {
    config,
    width: WIDTH - 120,
    height: 280,
    data: { values: [...values] },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: x.field,
        title: x.title,
        type: 'quantitative',
        scale: { type: 'symlog' },
        axis: { format: '~s' },
      },
      y: { field: y, title: 'µs', type: 'quantitative', scale: { type: 'log' }, axis: { format: '~s' } },
      color: { field: 'way', type: 'nominal', title: null, sort: null },
    },
  };
}
