// Owns: how long the event loop of a Node process is held up while it attaches containers, in each way that runs in Node. It must not know
// how. See event-loop.mjs for what the library keeps of each.
import { measureAttach } from './measure-attach.mjs';

/** @type {import('./scenario.mjs').Scenario} */
export const eventLoopDelay = {
  name: 'event-loop-delay',
  description: 'attach N containers, and watch how late a timer of 1 ms is meanwhile',
  floor: 'netplumb',
  targets: [],
  measure: measureAttach('event-loop-delay'),
};
