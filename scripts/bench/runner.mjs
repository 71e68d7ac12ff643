// Owns: the method: every implementation once per round, in a shuffled order, one warm-up round that is not
// counted (in full only for whom a target judges), and nothing begins before the kernel has reaped what came
// before. It must not know what is measured, nor how it is shown.
import { seededRandom, shuffled } from './order.mjs';

/** @typedef {import('./implementations/implementation.mjs').Implementation} Implementation */
/** @typedef {import('./scenarios/scenario.mjs').Sample} Sample */

// A warm-up in full would cost the slowest way a tenth of a quick run. Who is judged fills the kernel's caches;
// what is left to do for the others is to have their programs in memory.
const WARM_UP = 10;

/**
 * What stands between two measurements: see reaped.mjs.
 * @typedef {object} Barrier
 * @property {readonly string[]} keep
 * @property {(session: import('./session.mjs').Session) => Promise<unknown>} pass
 *
 * @typedef {object} RunResult
 * @property {Map<string, Sample[]>} samples per implementation, one per counted round
 * @property {{ implementation: string, round: number, message: string }[]} failures rivals that were left out
 *   from there on
 * @property {readonly (readonly string[])[]} order of each round, the warm-up first
 */

/**
 * @param {object} what
 * @param {Barrier} what.barrier
 * @param {import('./session.mjs').Session} what.session
 * @param {import('./scenarios/scenario.mjs').Scenario} what.scenario
 * @param {readonly Implementation[]} what.implementations
 * @param {number} what.n
 * @param {number} what.rounds
 * @param {number} [what.rivalRounds] rounds in which rivals take part; all by default
 * @param {number} what.seed
 * @param {(text: string) => void} what.progress
 * @param {() => Promise<void>} [what.betweenRounds]
 * @returns {Promise<RunResult>} rejects when a floor or the library fails, or the session is interrupted
 */
export async function runRounds(what) {
  const { barrier, session, scenario, implementations, n, rounds, seed, progress } = what;
  const { rivalRounds = rounds, betweenRounds } = what;
  const random = seededRandom(seed);
  /** @type {RunResult & { order: string[][] }} */
  const result = { samples: new Map(implementations.map(({ name }) => [name, []])), failures: [], order: [] };
  const judged = new Set([scenario.floor, ...scenario.targets.map((target) => target.implementation)]);
  let running = [...implementations];
  for (let round = 0; round <= rounds; round++) {
    await betweenRounds?.();
    const taking = running.filter(
      ({ role, name }) => judged.has(name) || role === 'ours' || round <= rivalRounds,
    );
    const order = shuffled(taking, random);
    result.order.push(order.map(({ name }) => name));
    for (const implementation of order) {
      progress(`${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}: ${implementation.name}`);
      try {
        const warmUp = judged.has(implementation.name) ? n : Math.min(n, WARM_UP);
        const sample = await scenario.measure({ session, implementation, n: round === 0 ? warmUp : n });
        if (round > 0) result.samples.get(implementation.name)?.push(sample);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (session.signal.aborted) throw session.signal.reason;
        if (implementation.role !== 'rival')
          throw new Error(`${implementation.name}, round ${round}: ${message}`);
        progress(`${implementation.name} is left out from here on: ${message}`);
        result.failures.push({ implementation: implementation.name, round, message });
        result.samples.delete(implementation.name);
        running = running.filter((other) => other !== implementation);
      }
      await session.removeNamespaces(barrier.keep);
      await barrier.pass(session);
    }
  }
  return result;
}
