// Owns: the list of implementations, in the order in which a report shows them.
import { cni } from './cni.mjs';
import { floorPlain, floorTuned, floorWarm } from './floors.mjs';
import { goNetlink } from './go-netlink.mjs';
import { iptables, iptablesRestore, libnftables, netplumbNftables, nft } from './nat.mjs';
import { netavark } from './netavark.mjs';
import { netplumb, netplumbSync } from './netplumb.mjs';
import { npmNetlink } from './npm-netlink.mjs';
import { pyroute2 } from './pyroute2.mjs';
import { ipBatch, shellOut, shellOutConcurrent, shellScript } from './shell-out.mjs';
import { nodeAlone } from './start.mjs';

/** @type {readonly import('./implementation.mjs').Implementation[]} */
export const implementations = [
  netplumb,
  netplumbSync,
  netplumbNftables,
  floorTuned,
  floorWarm,
  floorPlain,
  nodeAlone,
  goNetlink,
  pyroute2,
  npmNetlink,
  ipBatch,
  shellScript,
  shellOut,
  shellOutConcurrent,
  cni,
  netavark,
  iptables,
  iptablesRestore,
  nft,
  libnftables,
];
