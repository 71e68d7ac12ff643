// Owns: the arithmetic of a report: percentiles, ratios of figures taken in the same round, and how sure a
// median is. It must not know what was measured, nor in which unit.

/**
 * The value below which the share `q` of the values lies, interpolated linearly between neighbours (type 7 of
 * Hyndman and Fan, what R and NumPy do by default).
 * @param {readonly number[]} values any order, at least one
 * @param {number} q from 0 to 1
 * @returns {number}
 */
export function percentile(values, q) {
  if (values.length === 0) throw new RangeError('percentile of no values');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`q must be between 0 and 1, not ${q}`);
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = at(sorted, Math.floor(position));
  const above = at(sorted, Math.ceil(position));
  return below + (above - below) * (position - Math.floor(position));
}

/** @param {readonly number[]} values */
export function median(values) {
  return percentile(values, 0.5);
}

/** @param {readonly number[]} values */
export function mean(values) {
  if (values.length === 0) throw new RangeError('mean of no values');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * What each round says about `a` against `b`. A machine that is slow for a while is slow for both of a round,
 * so these ratios hold still where the figures themselves swing by half.
 * @param {readonly number[]} a one figure per round
 * @param {readonly number[]} b the same figure of the same rounds
 * @returns {number[]}
 */
export function pairedRatios(a, b) {
  if (a.length !== b.length) throw new RangeError(`${a.length} figures cannot be paired with ${b.length}`);
  return a.map((value, round) => value / at(b, round));
}

/**
 * @typedef {object} MedianInterval
 * @property {number} median
 * @property {number} low
 * @property {number} high
 * @property {number} confidence the probability that the interval holds the true median; below the wanted one
 *   when there are too few values for it (five and fewer for 0.95)
 */

/**
 * The median with the narrowest symmetric interval between two of the values that covers it with the wanted
 * confidence. It assumes nothing about the distribution: whether a value lies below the median is a coin's
 * toss.
 * @param {readonly number[]} values
 * @param {number} [wanted]
 * @returns {MedianInterval}
 */
export function medianInterval(values, wanted = 0.95) {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let rank = 0; // of the lower end, from 0; widest first
  while (rank + 1 < n / 2 && coverage(n, rank + 1) >= wanted) rank++;
  return {
    median: median(sorted),
    low: at(sorted, rank),
    high: at(sorted, n - 1 - rank),
    confidence: coverage(n, rank),
  };
}

/**
 * How often more than `rank` and fewer than n - rank of n tosses come up heads.
 * @param {number} n @param {number} rank
 */
function coverage(n, rank) {
  let ways = 1; // n over k
  let tail = 0; // P(heads <= rank)
  for (let k = 0; k <= rank; k++) {
    tail += ways / 2 ** n;
    ways = (ways * (n - k)) / (k + 1);
  }
  return Math.max(0, 1 - 2 * tail);
}

/** @param {readonly number[]} values @param {number} index @returns {number} */
function at(values, index) {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value at ${index} of ${values.length}`);
  return value;
}
