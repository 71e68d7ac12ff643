// Owns: the order in which the implementations of a round run: shuffled, and the same again for the same
// seed. It must not know what an implementation is.

/**
 * A source of numbers in [0, 1) that a seed repeats (mulberry32). Not for secrets.
 * @param {number} seed an unsigned 32-bit integer
 * @returns {() => number}
 */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A shuffled copy (Fisher and Yates).
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 * @returns {T[]}
 */
export function shuffled(items, random) {
  /** @type {T[]} */
  const result = [];
  for (const item of items) {
    const place = Math.floor(random() * (result.length + 1));
    const displaced = result[place];
    if (displaced === undefined) {
      result.push(item);
    } else {
      result.push(displaced);
      result[place] = item;
    }
  }
  return result;
}
