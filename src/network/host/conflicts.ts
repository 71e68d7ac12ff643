// Whether ranges are free to use on a host: no other network has them, and no route of the host leads into them.

import { NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import type { Route } from '../../rtnl/routes.js';
import { type Cidr, overlaps, parseCidr } from '../formats/address.js';
import type { Subnet } from '../formats/subnet.js';
import { findLink, type StandingBridge } from '../standing.js';

/** What is to be free. */
interface Claimed {
  readonly name: string;
  readonly subnets: readonly Subnet[];
  /** Routes do not count. */
  readonly allowOverlap: boolean;
}

/** @param halfMade the index of a bridge that goes first, with its routes
 * @throws {NetworkError} EOVERLAP, naming what it overlaps */
export async function checkFree(
  host: Namespace,
  { name, subnets, allowOverlap }: Claimed,
  others: readonly StandingBridge[],
  halfMade?: number,
): Promise<void> {
  for (const { label } of others) {
    if (label.network === name) continue;
    for (const subnet of subnets) {
      const taken = label.subnets.find((text) => overlapsText(subnet, text));
      if (taken !== undefined) throw overlap(subnet, `${taken} of network ${label.network}`);
    }
  }
  if (allowOverlap) return;
  const families = new Set(subnets.map(({ family }) => (family === 4 ? 'inet' : 'inet6')));
  for (const family of families) {
    const routes = (await host.routes.list({ family }))
      .filter((route) => halfMade === undefined || route.outputLink !== halfMade)
      .flatMap((route) => withRange(route));
    for (const subnet of subnets) {
      const found = routes.find(({ range }) => overlapsText(subnet, range));
      if (found !== undefined) throw overlap(subnet, await describe(host, found));
    }
  }
}

interface RangedRoute {
  readonly range: string;
  readonly route: Route;
}

/** A route that an address could be reached by, with its range; the default route leads everywhere. */
function withRange(route: Route): readonly RangedRoute[] {
  const { destination, destinationLength = 0, family, type } = route;
  // Broadcast and multicast follow from the addresses, which have routes of their own.
  if (destinationLength === 0 || (type !== 'unicast' && type !== 'local')) return [];
  return [{ range: `${destination ?? (family === 'inet6' ? '::' : '0.0.0.0')}/${destinationLength}`, route }];
}

/** As `ip route` would show it. */
async function describe(host: Namespace, { range, route }: RangedRoute): Promise<string> {
  const link = route.outputLink === undefined ? undefined : await findLink(host, route.outputLink);
  const words = [
    ...(route.gateway === undefined ? [] : [`via ${route.gateway}`]),
    ...(link?.name === undefined ? [] : [`dev ${link.name}`]),
    ...(route.table === 'main' || route.table === 'local' ? [] : [`table ${route.table}`]),
  ];
  return `the host's route to ${[range, ...words].join(' ')}`;
}

function overlap({ cidr }: Subnet, what: string): NetworkError {
  return new NetworkError('EOVERLAP', `subnet ${cidr} overlaps ${what}`);
}

function overlapsText(subnet: Subnet, text: string): boolean {
  const range: Cidr | undefined = parseCidr(text);
  return range !== undefined && overlaps(subnet, range);
}
