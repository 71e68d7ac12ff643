// Owns: what the runner has to know of each measurement. It must not know any of them.

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} [command] what implementations call it, where that is not its name
 * @property {string} description one sentence
 * @property {string} floor the implementation that ratios are taken against
 * @property {readonly string[]} [without] implementations that have its command and yet cannot do it
 * @property {boolean} [untimed] it counts: its samples have no durations
 * @property {Along} [along] where it is one of several that differ in a number
 * @property {readonly Target[]} targets
 * @property {(context: Context) => Promise<Sample>} measure one round of one implementation, in namespaces of
 *   the session's that it need not remove; rejects when the work was not done
 *
 * @typedef {{ family: string, what: string, value: number }} Along
 *
 * @typedef {object} Target
 * @property {string} implementation whose figure it is
 * @property {string} [figure] `p50` (the default), `p99`, `mean`, `max`, `total`, `growth`, or a sample's extra one
 * @property {string | null} [against] what it is divided by, round by round: the same figure of another
 *   implementation (the floor by default), or an extra one of the same sample; null: by nothing
 * @property {number} [from] the smallest N that it is for: a process just started is judged by nothing
 * @property {number} [atMost]
 * @property {number} [atLeast]
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
 * @property {Readonly<Record<string, number>>} [extra] other figures of the round, each with its unit in its name
 */

export {};
