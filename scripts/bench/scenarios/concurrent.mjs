// Owns: containers attached by several callers at a time, in one process and in two. It must not know how. What is timed is each
// caller's own wait; the total is what all take together.
import { verifyEndState } from '../end-state.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';
import { measureAttach, onHost } from './measure-attach.mjs';

const floor = 'netplumb';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
const callers = [1, 2, 4, 8].map((k) => ({
  name: `callers-${k}`,
  command: 'concurrent',
  along: { family: 'callers', what: 'callers at a time', value: k },
  description: `attach N containers by ${k} callers at a time, in one process`,
  floor,
  targets: [],
  measure: measureAttach('concurrent', { parameter: k }),
}));

/** @type {import('./scenario.mjs').Scenario} */
const twoProcesses = {
  name: 'processes-2',
  command: 'attach-cold',
  description:
    'attach N containers from two processes at a time, half of them each; the total is the longer one',
  floor,
  without: ['floor-plain'], // each of its peers has the same name on the host for a moment
  targets: [],
  measure: (context) => {
    const plan = planContainers(context.session.name(''), context.n);
    return onHost(context, plan, async (host, start) => {
      const half = Math.ceil(context.n / 2);
      const halves = [plan.containers.slice(0, half), plan.containers.slice(half)];
      const timings = await Promise.all(
        halves.map(async (containers) =>
          readTiming(await start('attach-cold', { ...plan, containers }), containers.length),
        ),
      );
      return {
        totalMs: Math.max(...timings.map(({ totalMs }) => totalMs)),
        durationsUs: timings.flatMap(({ durationsUs }) => durationsUs),
        endState: await verifyEndState(host.name, plan, context.session.signal),
      };
    });
  },
};

export const concurrent = [...callers, twoProcesses];
