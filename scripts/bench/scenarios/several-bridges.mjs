// Owns: more containers than a bridge takes: one after the other is filled, by a process each, on one host. It must not know how.
import { verifyEndState } from '../end-state.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';
import { onHost } from './measure-attach.mjs';

const BRIDGES = 4;

/** @type {import('./scenario.mjs').Scenario} */
export const severalBridges = {
  name: 'several-bridges',
  command: 'attach-cold',
  description: `attach N containers to ${BRIDGES} bridges of a host, which are filled one after the other`,
  floor: 'floor-tuned',
  targets: [],
  measure: async (context) => {
    const { session, n } = context;
    const plans = Array.from({ length: BRIDGES }, (_, i) => {
      const here = Math.floor((n + i) / BRIDGES); // they add up to n
      return planContainers(session.name(''), here, { bridge: `br${i}`, network: `172.${16 + i}.0.0` });
    });
    const [first] = plans;
    if (first === undefined) throw new RangeError('no containers');
    return onHost(context, first, async (host, start) => {
      const timings = [];
      let endState;
      for (const plan of plans) {
        if (plan !== first) await host.addBridge({ style: context.implementation.bridge, ...plan });
        timings.push(readTiming(await start('attach-cold', plan), plan.containers.length));
        endState = await verifyEndState(host.name, plan, session.signal);
      }
      return {
        totalMs: timings.reduce((sum, { totalMs }) => sum + totalMs, 0),
        durationsUs: timings.flatMap(({ durationsUs }) => durationsUs),
        endState: endState ?? (await verifyEndState(host.name, first, session.signal)),
      };
    });
  },
};
