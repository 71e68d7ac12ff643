// Owns: what the bench has to know of each way to do the work. It must not know any of them.
import { run } from '../processes.mjs';

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
 * @property {string} folder an empty one for what it has to keep; it goes with the round
 * @property {string | number} [parameter] the scenario's: how many callers, how many operations
 */

/** This machine lacks what an implementation needs; the message says what, and how to get it. */
export class Unavailable extends Error {}

/**
 * What a command prints, as a version.
 * @param {import('../processes.mjs').Command} command
 * @param {string} needs what to say where it cannot be started
 * @returns {Promise<string>}
 */
export async function versionOf(command, needs) {
  try {
    const printed = await run(command, { timeoutMs: 20_000 });
    return printed.trim().split('\n')[0] ?? '';
  } catch (error) {
    throw new Unavailable(`${needs}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
