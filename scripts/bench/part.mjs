// Owns: one scenario of a run, from choosing who takes part to its figures. It must not know how they are shown.
import { implementations } from './implementations/index.mjs';
import { selectImplementations } from './implementations/select.mjs';
import { figuresOf, judge } from './report/figures.mjs';
import { runRounds } from './runner.mjs';

/**
 * @param {object} what
 * @param {import('./scenarios/engine.mjs').Part} what.part
 * @param {import('./scenarios/scenario.mjs').Scenario} what.scenario
 * @param {import('./session.mjs').Session} what.session
 * @param {import('./reaped.mjs').ReapBarrier} what.barrier
 * @param {import('./options.mjs').Options} what.options
 * @param {(text: string) => void} what.say
 * @param {() => Promise<void>} [what.betweenRounds]
 */
export async function measurePart({ part, scenario, session, barrier, options, say, betweenRounds }) {
  const { n, rounds, rivalRounds, leftOut = [] } = part;
  const candidates = implementations.filter(({ name }) => !leftOut.includes(name));
  const { ready, missing, about } = await selectImplementations(candidates, scenario, options.peers);
  for (const { implementation, reason } of missing) say(`${implementation}: left out: ${reason}`);
  const progress = (/** @type {string} */ text) => say(`${scenario.name} ${n}: ${text}`);
  const common = {
    barrier,
    session,
    scenario,
    implementations: ready,
    n,
    rounds,
    rivalRounds,
    ...(betweenRounds && { betweenRounds }),
  };
  const { samples, failures, order } = await runRounds({ ...common, seed: options.seed, progress });
  const slow = leftOut.map((name) => ({ implementation: name, reason: `not waited for at N = ${n}` }));
  return {
    part: {
      scenario: scenario.name,
      description: scenario.description,
      n,
      ...(scenario.along && { along: scenario.along }),
      rounds,
      order,
      implementations: about,
      missing: [...missing, ...slow],
      failures,
    },
    results: figuresOf(scenario, n, samples),
    targets: judge(scenario, samples, n),
  };
}
