// Owns: what the bench has to know of each way to do the work. It must not know any of them.

/**
 * @typedef {object} Implementation
 * @property {string} name
 * @property {'ours' | 'floor' | 'rival'} role a failing rival is left out and named; a failing floor or ours
 *   ends the run
 * @property {string} description what it does, one sentence, with what sets it apart from the others
 * @property {import('../host.mjs').BridgeStyle} bridge
 * @property {() => Promise<string>} prepare builds or finds it and resolves with its version; rejects with
 *   Unavailable
 * @property {{ readonly [scenario: string]: (work: Work) => import('../processes.mjs').Command }} commands
 *   the program of each scenario it can do, to be started in the host namespace; it prints a Timing
 *
 * @typedef {object} Work
 * @property {import('../work-list.mjs').Plan} plan
 * @property {string} lock a file to lock
 */

/** This machine lacks what an implementation needs; the message says what, and how to get it. */
export class Unavailable extends Error {}
