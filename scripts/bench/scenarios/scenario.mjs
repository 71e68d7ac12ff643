// Owns: what the runner has to know of each measurement. It must not know any of them.

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} description one sentence
 * @property {string} floor the implementation that ratios are taken against
 * @property {readonly Target[]} targets
 * @property {(context: Context) => Promise<Sample>} measure one round of one implementation, in namespaces of
 *   the session's that it need not remove; rejects when the work was not done
 *
 * @typedef {object} Target
 * @property {string} implementation whose p50 is divided by the floor's
 * @property {number} atMost
 *
 * @typedef {object} Context
 * @property {import('../session.mjs').Session} session
 * @property {import('../implementations/implementation.mjs').Implementation} implementation
 * @property {number} n
 *
 * @typedef {object} Sample
 * @property {number} totalMs
 * @property {readonly number[]} durationsUs
 * @property {import('../end-state.mjs').Traits} endState
 */

export {};
