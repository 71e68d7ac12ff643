// Owns: turning the samples of a run into the figures of a report. It must not know how they are shown.
import { mean, median, medianInterval, pairedRatios, percentile } from '../statistics.mjs';

/** @typedef {import('../scenarios/scenario.mjs').Sample} Sample */
/** @typedef {import('../scenarios/scenario.mjs').Scenario} Scenario */
/** @typedef {import('../scenarios/scenario.mjs').Target} Target */
/** @typedef {import('../statistics.mjs').MedianInterval} MedianInterval */

const OURS = 'netplumb';
/** Two runs, or halves of one, may differ by this much. */
const NOISE = 0.15;
const SHARES = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1];
const STEPS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 2000, 3000];

/**
 * Percentiles, mean and maximum are over all operations of all counted rounds; total is the median over
 * rounds of one round's whole loop; the ratio is taken round by round, between the p50 of both in that round.
 * @typedef {object} Figures
 * @property {string} scenario
 * @property {string} implementation
 * @property {number} n
 * @property {number} rounds
 * @property {number | null} p50_us null, as the others, of what only counts
 * @property {number | null} p90_us
 * @property {number | null} p99_us
 * @property {number | null} mean_us
 * @property {number | null} max_us
 * @property {number | null} total_ms
 * @property {MedianInterval | null} ratio_to_floor null for the floor itself
 * @property {Comparison | null} to_netplumb null for the library itself, and where it did not run
 * @property {readonly number[]} p50_us_by_round
 * @property {readonly (readonly [number, number])[]} quantiles_us a share of all operations, and what the slowest of it took
 * @property {readonly { after: number, mean_us: number }[]} [curve] of a thousand and more: what an operation took when so many had been
 *   done, up to the next of these, the median over rounds
 * @property {number} [growth] mean of the last tenth over mean of the first, the median over rounds; of a thousand and more
 * @property {Readonly<Record<string, number>>} [extra] medians over rounds
 * @property {import('../end-state.mjs').Traits} end_state
 */

/**
 * What another way took, divided by what the library took in the same round: the median over rounds.
 * @typedef {object} Comparison
 * @property {MedianInterval} p50
 * @property {MedianInterval} p99
 * @property {MedianInterval} total
 * @property {boolean} noisy whether the first and the second half of the rounds differ by more than 15 % at p50
 */

/**
 * @typedef {object} TargetResult
 * @property {string} scenario
 * @property {number} [n]
 * @property {string} figure
 * @property {number} [at_most]
 * @property {number} [at_least]
 * @property {number} measured
 * @property {boolean} holds
 */

/**
 * @param {Scenario} scenario
 * @param {number} n
 * @param {Map<string, readonly Sample[]>} samples of counted rounds
 * @returns {Figures[]} in the order of `samples`
 */
export function figuresOf(scenario, n, samples) {
  const floor = samples.get(scenario.floor);
  const ours = samples.get(OURS);
  return [...samples].map(([implementation, rounds]) => {
    const last = rounds[rounds.length - 1];
    if (last === undefined) throw new RangeError(`${implementation} has no counted round`);
    const compared = implementation === scenario.floor ? undefined : floor;
    return {
      scenario: scenario.name,
      implementation,
      n,
      rounds: rounds.length,
      ...(scenario.untimed ? UNTIMED : timesOf(rounds)),
      ratio_to_floor: compared && !scenario.untimed ? medianInterval(ratios(rounds, compared)) : null,
      to_netplumb:
        implementation === OURS || ours === undefined || scenario.untimed ? null : compare(rounds, ours),
      ...curveOf(rounds, n),
      ...growthOf(rounds, n),
      ...extraOf(rounds),
      end_state: last.endState,
    };
  });
}

const UNTIMED = {
  p50_us: null,
  p90_us: null,
  p99_us: null,
  mean_us: null,
  max_us: null,
  total_ms: null,
  p50_us_by_round: [],
  quantiles_us: [],
};

/** @param {readonly Sample[]} rounds */
function timesOf(rounds) {
  const all = rounds.flatMap(({ durationsUs }) => durationsUs);
  return {
    p50_us: rounded(median(all)),
    p90_us: rounded(percentile(all, 0.9)),
    p99_us: rounded(percentile(all, 0.99)),
    mean_us: rounded(mean(all)),
    max_us: rounded(percentile(all, 1)),
    total_ms: rounded(median(rounds.map(({ totalMs }) => totalMs))),
    p50_us_by_round: p50s(rounds).map(rounded),
    quantiles_us: SHARES.map((share) => /** @type {const} */ ([share, rounded(percentile(all, share))])),
  };
}

/** Of a thousand containers: fewer do not grow. @param {readonly Sample[]} rounds @param {number} n */
function growthOf(rounds, n) {
  return n < 1000 ? {} : { growth: hundredth(median(rounds.map((round) => figureOf(round, 'growth')))) };
}

/** @param {readonly Sample[]} rounds @param {number} n @returns {Pick<Figures, 'curve'>} */
function curveOf(rounds, n) {
  if (n < 1000) return {};
  const steps = STEPS.filter((step) => step < n);
  const curve = steps.map((after, i) => {
    const means = rounds.map(({ durationsUs }) => mean(durationsUs.slice(after, steps[i + 1] ?? n)));
    return { after, mean_us: rounded(median(means)) };
  });
  return { curve };
}

/** @param {readonly Sample[]} rounds @param {readonly Sample[]} ours @returns {Comparison} */
function compare(rounds, ours) {
  const both = Math.min(rounds.length, ours.length);
  const ratiosOf = (/** @type {string} */ figure) =>
    pairedRatios(
      rounds.slice(0, both).map((round) => figureOf(round, figure)),
      ours.slice(0, both).map((round) => figureOf(round, figure)),
    );
  const p50 = ratiosOf('p50');
  return {
    p50: medianInterval(p50),
    p99: medianInterval(ratiosOf('p99')),
    total: medianInterval(ratiosOf('total')),
    noisy: isNoisy(p50),
  };
}

/** As two runs in a row would: by its halves. @param {readonly number[]} ratios of each round, in order */
export function isNoisy(ratios) {
  if (ratios.length < 2) return true;
  const half = Math.floor(ratios.length / 2);
  const [first, second] = [median(ratios.slice(0, half)), median(ratios.slice(half))];
  return Math.max(first, second) / Math.min(first, second) > 1 + NOISE;
}

/** @param {readonly Sample[]} rounds */
function extraOf(rounds) {
  const names = Object.keys(rounds[0]?.extra ?? {});
  if (names.length === 0) return {};
  const medians = names.map((name) => [name, rounded(median(rounds.map(({ extra }) => extra?.[name] ?? 0)))]);
  return { extra: Object.fromEntries(medians) };
}

/** One figure of one round: of its operations, of its whole, or an extra one. @param {Sample} sample @param {string} figure */
function figureOf({ durationsUs, totalMs, extra }, figure) {
  /** @type {Record<string, () => number>} */
  const figures = {
    p50: () => median(durationsUs),
    p99: () => percentile(durationsUs, 0.99),
    mean: () => mean(durationsUs),
    max: () => percentile(durationsUs, 1),
    total: () => totalMs,
    growth: () => {
      const tenth = Math.max(1, Math.floor(durationsUs.length / 10));
      return mean(durationsUs.slice(-tenth)) / mean(durationsUs.slice(0, tenth));
    },
  };
  const value = figures[figure]?.() ?? extra?.[figure];
  if (value === undefined) throw new RangeError(`there is no figure ${figure}`);
  return value;
}

/**
 * @param {Scenario} scenario
 * @param {ReadonlyMap<string, readonly Sample[]>} samples of counted rounds
 * @param {number} [n]
 * @returns {TargetResult[]} of the implementations that ran
 */
export function judge(scenario, samples, n) {
  return scenario.targets.flatMap((target) => {
    if (n !== undefined && n < (target.from ?? 0)) return [];
    const measured = measure(scenario, target, samples);
    if (measured === undefined) return [];
    const { atMost, atLeast } = target;
    return {
      scenario: scenario.name,
      ...(n === undefined ? {} : { n }),
      figure: inWords(scenario, target),
      ...(atMost === undefined ? {} : { at_most: atMost }),
      ...(atLeast === undefined ? {} : { at_least: atLeast }),
      measured,
      holds: (atMost === undefined || measured <= atMost) && (atLeast === undefined || measured >= atLeast),
    };
  });
}

/**
 * The median over rounds, of the figure itself or of its ratio to another of the same round.
 * @param {Scenario} scenario @param {Target} target @param {ReadonlyMap<string, readonly Sample[]>} samples
 */
function measure({ floor }, { implementation, figure = 'p50', against = floor }, samples) {
  const rounds = samples.get(implementation);
  if (rounds === undefined || rounds.length === 0) return undefined;
  const own = rounds.map((round) => figureOf(round, figure));
  if (against === null) return median(own);
  const others = samples.get(against) ?? (isExtra(rounds, against) ? rounds : undefined);
  if (others === undefined) return undefined;
  const compared = others.map((round) => figureOf(round, isExtra(rounds, against) ? against : figure));
  // A rival need not have taken part in every round.
  const both = Math.min(own.length, compared.length);
  return median(pairedRatios(own.slice(0, both), compared.slice(0, both)));
}

/** @param {readonly Sample[]} rounds @param {string} name */
function isExtra(rounds, name) {
  return rounds[0]?.extra?.[name] !== undefined;
}

/** @param {Scenario} scenario @param {Target} target */
function inWords({ floor }, { implementation, figure = 'p50', against = floor }) {
  if (against === null) return `${implementation} ${figure}, median over rounds`;
  const other = against.endsWith('_us') ? against : `${against} ${figure}`;
  return `${implementation} ${figure} / ${other}, median of paired ratios`;
}

/** Of the rounds in which both took part. @param {readonly Sample[]} rounds @param {readonly Sample[]} floor */
function ratios(rounds, floor) {
  const both = Math.min(rounds.length, floor.length);
  return pairedRatios(p50s(rounds.slice(0, both)), p50s(floor.slice(0, both)));
}

/** @param {readonly Sample[]} rounds */
function p50s(rounds) {
  return rounds.map(({ durationsUs }) => median(durationsUs));
}

/** @param {number} value */
function hundredth(value) {
  return Math.round(value * 100) / 100;
}

/** To a tenth: a nanosecond of a millisecond is noise. @param {number} value */
function rounded(value) {
  return Math.round(value * 10) / 10;
}
