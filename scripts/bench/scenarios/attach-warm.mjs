// Owns: the warm attach: N endpoints stand ready in a pool, and each is given to a container. It must not know how.
import { measureAttach } from './measure-attach.mjs';

const floor = 'floor-warm';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
export const attachWarm = [
  {
    name: 'warm-sync',
    description: 'give N endpoints of a full pool to containers, on the calling thread',
    floor,
    targets: [{ implementation: 'netplumb', atMost: 1.25 }],
    measure: measureAttach('warm-sync'),
  },
  {
    name: 'warm-async',
    description: 'the same, awaited one after the other, on a thread of the library',
    floor,
    targets: [{ implementation: 'netplumb', atMost: 2 }],
    measure: measureAttach('warm-async'),
  },
  {
    name: 'warm-named',
    description: 'the same, awaited, with the name below /run/netns, under the lock',
    floor,
    targets: [],
    measure: measureAttach('warm-named'),
  },
];
