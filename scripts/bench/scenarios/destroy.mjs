// Owns: what goes again: containers created and destroyed in a loop, and many removed at once. It must not know how an
// implementation does it. Judged by the plain loop, for it is what everyone does.
import { verifyGone } from '../end-state.mjs';
import { measureAttach } from './measure-attach.mjs';

const floor = 'floor-plain';
const implementation = 'netplumb';

/** @type {import('./scenario.mjs').Scenario} */
export const createDestroy = {
  name: 'create-destroy',
  description:
    'attach and destroy N containers, one after the other; the total ends when the last link is gone',
  floor,
  targets: [
    { implementation, figure: 'p99', atMost: 0.4 },
    { implementation, figure: 'p50', atMost: 1 },
    { implementation, figure: 'total', atMost: 1 },
    { implementation, figure: 'max', atMost: 4 },
  ],
  measure: measureAttach('create-destroy', { verify: verifyGone }),
};

/** @type {import('./scenario.mjs').Scenario} */
export const removeAll = {
  name: 'remove-200',
  description: 'remove N containers that stand: their links one by one, or by the library the whole network',
  floor,
  targets: [
    { implementation: floor, figure: 'total', against: implementation, atLeast: 15 },
    { implementation: 'shell-out', figure: 'total', against: implementation, atLeast: 15 },
  ],
  measure: measureAttach('remove-200', { verify: verifyGone }),
};
