// Owns: which scenarios make the table of the engine, and how many rounds each gets, so that all of it takes minutes. It
// must not know any of them.

/**
 * @typedef {object} Part
 * @property {string} scenario
 * @property {number} n
 * @property {number} rounds
 * @property {number} rivalRounds rounds in which rivals take part too, from the first
 * @property {readonly string[]} [leftOut] implementations too slow to be waited for
 */

export const engine = {
  name: 'engine',
  description: 'the table of the network engine: all scenarios below, one after the other',
  /** @type {readonly Part[]} */
  parts: [
    { scenario: 'attach-cold', n: 100, rounds: 12, rivalRounds: 3 },
    { scenario: 'attach-1000', n: 1000, rounds: 10, rivalRounds: 1, leftOut: ['shell-out'] },
    { scenario: 'warm-sync', n: 100, rounds: 10, rivalRounds: 10 },
    { scenario: 'warm-async', n: 100, rounds: 10, rivalRounds: 10 },
    { scenario: 'warm-named', n: 100, rounds: 10, rivalRounds: 10 },
    { scenario: 'event-loop', n: 1000, rounds: 3, rivalRounds: 3 },
    { scenario: 'list', n: 10, rounds: 10, rivalRounds: 10 },
    { scenario: 'create-destroy', n: 300, rounds: 10, rivalRounds: 10 },
    { scenario: 'remove-200', n: 200, rounds: 10, rivalRounds: 3 },
  ],
};
