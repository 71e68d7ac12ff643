// Owns: the cold attach: N containers, one after the other, onto a bridge that stands, each from no namespace
// at all to one with an address and a default route. It must not know how an implementation does it.
import { measureAttach } from './measure-attach.mjs';

/** @type {import('./scenario.mjs').Scenario} */
export const attachCold = {
  name: 'attach-cold',
  description:
    'attach N containers to a bridge, one after the other, each in a new named namespace, in a process just started',
  floor: 'floor-tuned',
  targets: [{ implementation: 'netplumb', from: 100, atMost: 1.12 }],
  measure: measureAttach('attach-cold'),
};

/** @type {import('./scenario.mjs').Scenario} */
export const attachThousand = {
  ...attachCold,
  name: 'attach-1000',
  command: 'attach-cold',
  description: 'the same with a thousand containers: what it costs when many stand already',
  targets: [
    { implementation: 'netplumb', figure: 'total', atMost: 1.12 },
    { implementation: 'netplumb', figure: 'growth', against: null, atMost: 2.5 },
  ],
};

const BEFORE = 100;
const attachMore = measureAttach('attach-cold');

/** @type {import('./scenario.mjs').Scenario} */
export const attachRunning = {
  name: 'attach-running',
  command: 'attach-cold',
  description: `attach N containers in a process that has attached ${BEFORE} before, as one that runs for long has`,
  floor: 'floor-tuned',
  targets: [],
  measure: async (context) => {
    const { durationsUs, endState } = await attachMore({ ...context, n: BEFORE + context.n });
    const counted = durationsUs.slice(BEFORE);
    return { durationsUs: counted, totalMs: counted.reduce((sum, us) => sum + us, 0) / 1000, endState };
  },
};
