// Owns: the cold attach: N containers, one after the other, onto a bridge that stands, each from no namespace
// at all to one with an address and a default route. It must not know how an implementation does it.
import { verifyEndState } from '../end-state.mjs';
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';

const MS_PER_CONTAINER = 1000; // twenty times what the slowest way takes: a hang, not a slow machine

/** @type {import('./scenario.mjs').Scenario} */
export const attachCold = {
  name: 'attach-cold',
  description: 'attach N containers to a bridge, one after the other, each in a new named namespace',
  floor: 'floor-tuned',
  targets: [{ implementation: 'netplumb', atMost: 1.25 }],
  async measure({ session, implementation, n }) {
    const command = implementation.commands['attach-cold'];
    if (command === undefined) throw new Error(`${implementation.name} cannot do attach-cold`);
    const plan = planContainers(session.name(''), n);
    const host = await Host.create(session.name('host'), { style: implementation.bridge, ...plan });
    try {
      const inside = host.enter(command({ plan, lock: session.lock }));
      const printed = await run(inside, { signal: session.signal, timeoutMs: 10_000 + n * MS_PER_CONTAINER });
      const { totalMs, durationsUs } = readTiming(printed, n);
      return { totalMs, durationsUs, endState: await verifyEndState(host.name, plan, session.signal) };
    } finally {
      host.forgetLock();
    }
  },
};
