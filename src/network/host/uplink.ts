// The host's way out: the link that its default route leaves by. Must not know networks.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import type { Route } from '../../rtnl/routes.js';
import type { Family } from '../formats/address.js';
import { leastIpv6Mtu, usualMtu } from '../mtu.js';

/** The MTU of the narrowest of the host's ways out; undefined where there is none, or it is the usual one. */
export async function uplinkMtu(host: Namespace, families: readonly Family[]): Promise<number | undefined> {
  const mtus: number[] = [];
  for (const family of families) {
    const mtu = await mtuTowards(host, family);
    if (mtu !== undefined) mtus.push(family === 6 ? Math.max(mtu, leastIpv6Mtu) : mtu);
  }
  const narrowest = Math.min(...mtus);
  return mtus.length === 0 || narrowest === usualMtu ? undefined : narrowest;
}

async function mtuTowards(host: Namespace, family: Family): Promise<number | undefined> {
  // Without naming the table: a namespace that has had no route yet has none, and says ENOENT.
  const routes = await host.routes.list({ family: family === 6 ? 'inet6' : 'inet' });
  const [route] = routes
    .filter(({ table }) => table === 'main')
    .filter(({ destinationLength = 0, type }) => destinationLength === 0 && type === 'unicast')
    .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  const link = route === undefined ? undefined : linkOf(route);
  if (link === undefined) return undefined;
  try {
    return (await host.links.get(link)).mtu;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}

function linkOf({ outputLink, multipath }: Route): number | undefined {
  return outputLink ?? multipath?.[0]?.index;
}
