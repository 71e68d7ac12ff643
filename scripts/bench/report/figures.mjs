// Owns: turning the samples of a run into the figures of a report. It must not know how they are shown.
import { mean, median, medianInterval, pairedRatios, percentile } from '../statistics.mjs';

/** @typedef {import('../scenarios/scenario.mjs').Sample} Sample */
/** @typedef {import('../scenarios/scenario.mjs').Scenario} Scenario */
/** @typedef {import('../statistics.mjs').MedianInterval} MedianInterval */

/**
 * Percentiles, mean and maximum are over all operations of all counted rounds; total is the median over
 * rounds of one round's whole loop; the ratio is taken round by round, between the p50 of both in that round.
 * @typedef {object} Figures
 * @property {string} scenario
 * @property {string} implementation
 * @property {number} n
 * @property {number} rounds
 * @property {number} p50_us
 * @property {number} p90_us
 * @property {number} p99_us
 * @property {number} mean_us
 * @property {number} max_us
 * @property {number} total_ms
 * @property {MedianInterval | null} ratio_to_floor null for the floor itself
 * @property {readonly number[]} p50_us_by_round
 * @property {import('../end-state.mjs').Traits} end_state
 */

/**
 * @typedef {object} TargetResult
 * @property {string} scenario
 * @property {string} figure
 * @property {number} at_most
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
  return [...samples].map(([implementation, rounds]) => {
    const all = rounds.flatMap(({ durationsUs }) => durationsUs);
    const last = rounds[rounds.length - 1];
    if (last === undefined) throw new RangeError(`${implementation} has no counted round`);
    const compared = implementation === scenario.floor ? undefined : floor;
    return {
      scenario: scenario.name,
      implementation,
      n,
      rounds: rounds.length,
      p50_us: rounded(median(all)),
      p90_us: rounded(percentile(all, 0.9)),
      p99_us: rounded(percentile(all, 0.99)),
      mean_us: rounded(mean(all)),
      max_us: rounded(percentile(all, 1)),
      total_ms: rounded(median(rounds.map(({ totalMs }) => totalMs))),
      ratio_to_floor: compared ? medianInterval(pairedRatios(p50s(rounds), p50s(compared))) : null,
      p50_us_by_round: p50s(rounds).map(rounded),
      end_state: last.endState,
    };
  });
}

/**
 * @param {Scenario} scenario
 * @param {readonly Figures[]} figures
 * @returns {TargetResult[]} of the implementations that ran
 */
export function judge(scenario, figures) {
  return scenario.targets.flatMap(({ implementation, atMost }) => {
    const ratio = figures.find((row) => row.implementation === implementation)?.ratio_to_floor;
    if (!ratio) return [];
    return {
      scenario: scenario.name,
      figure: `${implementation} p50 / ${scenario.floor} p50, median of paired ratios`,
      at_most: atMost,
      measured: ratio.median,
      holds: ratio.median <= atMost,
    };
  });
}

/** @param {readonly Sample[]} rounds */
function p50s(rounds) {
  return rounds.map(({ durationsUs }) => median(durationsUs));
}

/** To a tenth: a nanosecond of a millisecond is noise. @param {number} value */
function rounded(value) {
  return Math.round(value * 10) / 10;
}
