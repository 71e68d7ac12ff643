// Owns: one round of whatever attaches N containers: a host with a bridge, a program started on it, and proof that what it
// was to do stands. It must not know how an implementation does it.
import { rmSync } from 'node:fs';
import { verifyEndState } from '../end-state.mjs';
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';

/** @typedef {import('../work-list.mjs').Plan} Plan */
/** @typedef {import('./scenario.mjs').Context} Context */

const MS_PER_CONTAINER = 1000; // twenty times what the slowest way takes: a hang, not a slow machine

/**
 * @param {string} name of the command
 * @param {object} [how]
 * @param {typeof verifyEndState} [how.verify] what is to stand, or not, when it has ended
 * @param {string | number} [how.parameter] of the command
 * @returns {import('./scenario.mjs').Scenario['measure']}
 */
export function measureAttach(name, { verify = verifyEndState, parameter } = {}) {
  return (context) => {
    const plan = planContainers(context.session.name(''), context.n);
    return onHost(context, plan, async (host, start) => {
      const timed = readTiming(await start(name, plan, parameter), context.n);
      return { ...timed, endState: await verify(host.name, plan, context.session.signal) };
    });
  };
}

/**
 * A host for the time of `work`, which is given a way to start commands on it.
 * @template T
 * @param {Context} context
 * @param {Plan} plan of the bridge that is to stand
 * @param {(host: Host, start: (name: string, plan: Plan, parameter?: string | number) => Promise<string>) => Promise<T>} work
 */
export async function onHost({ session, implementation }, plan, work) {
  const host = await Host.create(session.name('host'), { style: implementation.bridge, ...plan });
  const folder = session.folder();
  try {
    return await work(host, async (name, part, parameter) => {
      const command = implementation.commands[name];
      if (command === undefined) throw new Error(`${implementation.name} cannot do ${name}`);
      const given = { plan: part, lock: session.lock, folder };
      const inside = host.enter(command(parameter === undefined ? given : { ...given, parameter }));
      const timeoutMs = 30_000 + part.containers.length * MS_PER_CONTAINER;
      return run(inside, { signal: session.signal, timeoutMs });
    });
  } finally {
    host.forgetLock();
    rmSync(folder, { recursive: true, force: true });
  }
}
