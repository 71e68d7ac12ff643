// Owns: what goes again, for every rival: containers detached one by one, and all at once. It must not know how. What is timed is what
// the caller waits for; the total ends when the last link is gone.
import { verifyGone } from '../end-state.mjs';
import { measureAttach } from './measure-attach.mjs';

const floor = 'netplumb';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
export const detaching = [
  {
    name: 'detach',
    description:
      'detach N containers that stand, one after the other; the total ends when the last link is gone',
    floor,
    targets: [],
    measure: measureAttach('detach', { verify: verifyGone }),
  },
  {
    name: 'tear-down',
    description: 'remove N containers that stand, as fast as one can, until the last link is gone',
    floor,
    targets: [],
    measure: measureAttach('tear-down', { verify: verifyGone }),
  },
];
