// Owns: one round of whatever attaches N containers: a host with a bridge, a program started on it, and proof that what it
// was to do stands. It must not know how an implementation does it.
import { verifyEndState } from '../end-state.mjs';
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';

const MS_PER_CONTAINER = 1000; // twenty times what the slowest way takes: a hang, not a slow machine

/**
 * @param {string} name of the command
 * @param {typeof verifyEndState} [verify] what is to stand, or not, when it has ended
 * @returns {import('./scenario.mjs').Scenario['measure']}
 */
export function measureAttach(name, verify = verifyEndState) {
  return async ({ session, implementation, n }) => {
    const command = implementation.commands[name];
    if (command === undefined) throw new Error(`${implementation.name} cannot do ${name}`);
    const plan = planContainers(session.name(''), n);
    const host = await Host.create(session.name('host'), { style: implementation.bridge, ...plan });
    try {
      const inside = host.enter(command({ plan, lock: session.lock }));
      const printed = await run(inside, { signal: session.signal, timeoutMs: 10_000 + n * MS_PER_CONTAINER });
      const timed = readTiming(printed, n);
      return { ...timed, endState: await verify(host.name, plan, session.signal) };
    } finally {
      host.forgetLock();
    }
  };
}
