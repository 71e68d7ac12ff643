// Connections of containers that were detached: ended once it is sure that nobody has their addresses by now. Where another process has
// given one out in the meantime, its flows are left alone, for they may be a living container's.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { withoutPrefix } from '../formats/address.js';
import { addressClaim } from '../formats/claims.js';
import type { HostLinkLabel } from '../formats/label.js';
import { flowsOf, HostFlows } from '../host/flows.js';
import { findLink } from '../standing.js';

/** Whose flows: a container's label says it. */
export type Left = Pick<HostLinkLabel, 'network' | 'addresses'>;

/** Fulfils when they have ended; what could not be ended is told by a warning. */
export async function endLeftFlows(host: Namespace, left: readonly Left[]): Promise<void> {
  if (left.length === 0 || !(await isTracking(host))) return;
  const addresses = left.flatMap(({ network, addresses: list }) =>
    list.map((text) => ({ network, address: withoutPrefix(text) })),
  );
  const free = await Promise.all(
    addresses.map(async ({ network, address }) => {
      const holder = await findLink(host, addressClaim(network, address));
      return holder === undefined ? [address] : [];
    }),
  );
  await new HostFlows(host).end(flowsOf(free.flat()));
}

/** Most hosts of tests, and some others, track nothing. */
async function isTracking(host: Namespace): Promise<boolean> {
  try {
    return (await host.sysctl.get('net.netfilter.nf_conntrack_count')) !== '0';
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return false;
    throw error;
  }
}
