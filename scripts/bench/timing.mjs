// Owns: reading what a program printed about its own work. It must not know which program or which work.

/**
 * What every program of the bench prints on standard output, as one line of JSON.
 * @typedef {object} Timing
 * @property {number} total_ns from before the first operation to after the last
 * @property {readonly number[]} durations_ns one per operation, in order
 * @property {Readonly<Record<string, number>>} [extra] other figures of the round, each with its unit in its name
 */

/**
 * @param {string} printed
 * @param {number} n how many operations it was to do
 * @returns {{ totalMs: number, durationsUs: number[], extra?: Readonly<Record<string, number>> }}
 */
export function readTiming(printed, n) {
  /** @type {Timing} */
  const { total_ns, durations_ns, extra } = JSON.parse(printed);
  if (durations_ns.length !== n) throw new Error(`it timed ${durations_ns.length} operations, not ${n}`);
  if (durations_ns.some((ns) => !(ns > 0))) throw new Error('it printed a duration that is not above 0');
  const timed = { totalMs: total_ns / 1e6, durationsUs: durations_ns.map((ns) => ns / 1e3) };
  return extra === undefined ? timed : { ...timed, extra };
}
