// Collecting garbage: what no caller claims, and what crashes left of netplumb's on a host. Knows what is surely ours, and that
// the rest is not to be touched. The caller holds the host's lock exclusively, so that nothing is half way.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { binding } from '../../binding.js';
import { NetlinkError } from '../../errors.js';
import { unwrap } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import { arrayOf, readOptions } from '../../options.js';
import { getLinkOf } from '../../rtnl/link-requests.js';
import type { HostLinkLabel } from '../formats/label.js';
import { checkContainerName } from '../formats/names.js';
import { poolSocketName } from '../formats/pool.js';
import { flowsOf, HostFlows } from '../host/flows.js';
import type { HostNat } from '../host/nat.js';
import { reconcileNat } from '../host/reconcile-nat.js';
import { removeIdleLocks } from '../host-lock.js';
import {
  addressesOf,
  listBridges,
  natOf,
  type StandingBridge,
  type StandingPooled,
  type StandingPort,
} from '../standing.js';
import { surveyNetwork } from '../survey.js';
import { leadsToNamespace, namespaceName } from './made-namespaces.js';
import { takeAway } from './removal.js';

export interface GcOptions {
  /** The names of all containers that somebody still wants. None of the others stays. */
  readonly keep: readonly string[];
}

/** What garbage collection removed. */
export interface GcReport {
  /** Containers that nobody claimed, and those whose attach a crash had cut short, claimed or not: nobody was told of them. */
  readonly containers: readonly string[];
  /** Names below /run/netns: namespaces netplumb had made, and what killed processes left of some. */
  readonly namespaces: readonly string[];
  /** How many links of pools without an owner, of detached containers, and of attaches that never came to have a label. */
  readonly links: number;
  /** Networks that are gone, whose rules stood yet. */
  readonly networks: readonly string[];
}

const keepChecks = { keep: arrayOf(checkContainerName) };

export function readGcOptions(where: string, options: GcOptions): ReadonlySet<string> {
  return new Set(readOptions(where, options, keepChecks, {}).keep);
}

/** Where garbage is collected, and what of it is none. */
export interface Collection {
  readonly host: Namespace;
  readonly nat: HostNat;
  readonly network: string;
  /** Absent where somebody deleted it: then its containers are orphans, and go unless they are kept. */
  readonly bridge: StandingBridge | undefined;
  readonly keep: ReadonlySet<string>;
}

/** What was collected, and the labels of the containers, whose addresses are free now. */
export type Collected = GcReport & { readonly labels: readonly HostLinkLabel[] };

export async function collectGarbage({ host, nat, network, bridge, keep }: Collection): Promise<Collected> {
  const survey = await surveyNetwork(host, network, bridge?.index);
  const leaving = survey.ports.filter(({ worked, label }) => !worked || !keep.has(label.container));
  const dead = ownerless(host, survey.pooled);
  const links = [...dead, ...survey.strays, ...survey.detached];
  const names = await takeAway(host, survey, leaving, links);
  const abandoned = unwrap(await binding.removeAbandonedNames());
  // Ports of the containers that went, and what a detach that was killed left of them.
  const backend = bridge === undefined ? false : natOf(bridge.label);
  if (bridge !== undefined && backend !== false) await reconcileNat(host, nat, backend, bridge);
  await new HostFlows(host).end(flowsOf(addressesOf(leaving)));
  const networks = await removeRulesOfGone(host, nat);
  await removeIdleLocks(host);
  const labels = leaving.map(({ label }) => label);
  return {
    containers: labels.map(({ container }) => container),
    namespaces: [...names, ...abandoned].sort(),
    links: links.length,
    networks,
    labels,
  };
}

/**
 * Before a network that stands is used on: takes away what an attach or a detach that was killed left of it, so that nothing
 * counts as attached that does not work.
 */
export async function mend(host: Namespace, { index, label }: StandingBridge): Promise<void> {
  const survey = await surveyNetwork(host, label.network, index);
  const dying = await Promise.all(survey.ports.map((port) => isDying(host, port)));
  const broken = survey.ports.filter(({ worked }, at) => !worked || dying[at]);
  await takeAway(host, survey, broken, [...survey.strays, ...survey.detached]);
}

/** How often, and after which pauses, a namespace is asked whether it lives: a killed process' sockets keep it for an RCU grace period. */
const looks = { most: 10, pauseMs: 30 };

// Its name is gone, and so is its namespace but for the tearing down, which takes the kernel a tenth of a second. One that
// somebody holds lives on.
async function isDying(host: Namespace, { label, netNsId, peer }: StandingPort): Promise<boolean> {
  if (label.namespace !== 'created' || netNsId === undefined) return false;
  if (leadsToNamespace(namespaceName(label))) return false;
  try {
    for (let look = 1; look <= looks.most; look++) {
      await host.perform(getLinkOf(netNsId, peer));
      await sleep(looks.pauseMs);
    }
    return false;
  } catch (error) {
    // EINVAL: no living namespace has that number (rtnl_get_net_ns_capable).
    if (error instanceof NetlinkError && error.code === 'EINVAL') return true;
    if (error instanceof NetlinkError && error.code === 'ENODEV') return false;
    throw error;
  }
}

// The owner of a pool holds a socket by which it is known to be alive.
function ownerless(host: Namespace, pooled: readonly StandingPooled[]): readonly number[] {
  if (pooled.length === 0) return [];
  const sockets = binding.within(host.handle, () => readFileSync('/proc/thread-self/net/unix', 'latin1'));
  const alive = new Set(sockets.split('\n').map((line) => line.trim().split(' ').at(-1)));
  return pooled.filter(({ label }) => !alive.has(`@${poolSocketName(label.pool)}`)).map(({ index }) => index);
}

/** Rules whose network has no bridge any more. */
async function removeRulesOfGone(host: Namespace, nat: HostNat): Promise<readonly string[]> {
  const standing = new Set((await listBridges(host)).map(({ label }) => label.network));
  const gone = (await nat.networks()).filter((network) => !standing.has(network));
  for (const network of gone) await nat.clear(network);
  return gone;
}
