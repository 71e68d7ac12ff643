// Owns: the list of implementations, in the order in which a report shows them.
import { floorPlain, floorTuned } from './floors.mjs';
import { netplumb } from './netplumb.mjs';
import { shellOut } from './shell-out.mjs';

/** @type {readonly import('./implementation.mjs').Implementation[]} */
export const implementations = [netplumb, floorTuned, floorPlain, shellOut];
