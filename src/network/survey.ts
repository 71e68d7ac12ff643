// All that one network has on a host, whole or not: what a crash, or somebody's hand, may have left of it. One list of the
// host's veth pairs. Says what stands; what becomes of it is removal.ts's and gc.ts's. The caller holds the lock exclusively,
// so that nothing is in the making.

import type { Namespace } from '../namespace.js';
import type { Link } from '../rtnl/links.js';
import { parseClaim } from './formats/claims.js';
import { isHostLinkName } from './formats/host-link.js';
import { parseLabel } from './formats/label-reader.js';
import { isReapingGroup } from './formats/reaping.js';
import { portOf, type StandingPooled, type StandingPort } from './standing.js';

/** A container's link as a survey finds it. */
export interface SurveyedPort extends StandingPort {
  /** False: its other end was never brought up, so its attach ended half way. */
  readonly worked: boolean;
}

/** The host's end of a veth pair, and what the host calls the namespace at its other end. */
export interface HostEnd {
  readonly index: number;
  readonly netNsId: number | undefined;
}

export interface Survey {
  /** The network's containers, wherever their links are: somebody may have deleted the bridge. */
  readonly ports: readonly SurveyedPort[];
  readonly pooled: readonly StandingPooled[];
  /** Links that are the network's by their name and claims or place, and have no label that can be read. */
  readonly strays: readonly number[];
  /** Links that were detached, from whichever network. */
  readonly detached: readonly number[];
  /** Names of links that a newer netplumb made for the network. */
  readonly newer: readonly string[];
  /** All pairs on the host but those that were detached: who lives in which namespace. */
  readonly pairs: readonly HostEnd[];
}

/** @param bridge its index; absent where it is gone */
export async function surveyNetwork(host: Namespace, network: string, bridge?: number): Promise<Survey> {
  const ports: SurveyedPort[] = [];
  const pooled: StandingPooled[] = [];
  const strays: number[] = [];
  const detached: number[] = [];
  const newer: string[] = [];
  const pairs: HostEnd[] = [];
  for (const link of await host.links.list({ kind: 'veth' })) {
    const { index = 0, name = '', group, alias } = link;
    if (isReapingGroup(group)) {
      detached.push(index);
      continue;
    }
    pairs.push({ index, netNsId: link.linkNetNsId });
    const label = parseLabel(alias);
    if (label?.kind === 'hostLink' || label?.kind === 'pooled') {
      if (label.network !== network) continue;
      if (label.kind === 'pooled') pooled.push(portOf(link, label));
      else ports.push({ ...portOf(link, label), worked: link.carrierUpCount !== 0 });
    } else if (label?.kind === 'newer') {
      if (bridge !== undefined && link.master === bridge) newer.push(name);
    } else if (label?.kind !== 'other' && isOurs(link, network, bridge)) {
      strays.push(index);
    }
  }
  return { ports, pooled, strays, detached, newer, pairs };
}

// By a claim on this network, or because an attach that was stopped before it came to label and claims leaves just this: a
// port of the network's bridge under a name like ours, to which nobody has given a name or text of his own.
function isOurs(
  { name = '', alias, altNames = [], master }: Link,
  network: string,
  bridge?: number,
): boolean {
  if (!isHostLinkName(name)) return false;
  if (altNames.some((text) => parseClaim(text)?.network === network)) return true;
  return alias === undefined && altNames.length === 0 && bridge !== undefined && master === bridge;
}
