// Owns: what a thousand attaches cost the process that asks for them. It has no floor: it is judged by the time of one
// process, and in bytes and descriptors.
import { measureAttach } from './measure-attach.mjs';

/** @param {string} figure @param {number} atMost @returns {import('./scenario.mjs').Target} */
const absolute = (figure, atMost) => ({ implementation: 'netplumb', figure, against: null, atMost });

/** @type {import('./scenario.mjs').Scenario} */
export const eventLoop = {
  name: 'event-loop',
  description: 'attach N containers with attachMany, and watch the event loop and what is kept of each',
  floor: 'netplumb',
  targets: [
    { implementation: 'netplumb', figure: 'event_loop_p99_us', against: 'ip_link_us', atMost: 1 },
    ...['bytes_each', 'pool_bytes_each', 'warm_bytes_each'].map((figure) => absolute(figure, 4096)),
    ...['descriptors_each', 'warm_descriptors_each'].map((figure) => absolute(figure, 2)),
  ],
  measure: measureAttach('event-loop'),
};
