// Owns: the list of implementations, in the order in which a report shows them.
import { floorPlain, floorTuned, floorWarm } from './floors.mjs';
import { goNetlink } from './go-netlink.mjs';
import { netplumb } from './netplumb.mjs';
import { shellOut } from './shell-out.mjs';

/** @type {readonly import('./implementation.mjs').Implementation[]} */
export const implementations = [netplumb, floorTuned, floorWarm, floorPlain, goNetlink, shellOut];
