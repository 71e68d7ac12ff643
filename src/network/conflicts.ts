// Whether ranges are free to use on a host: no other network has them, and no route of the host leads into them.

import { NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import type { Route } from '../rtnl/routes.js';
import { type Cidr, overlaps, parseCidr } from './formats/address.js';
import type { Subnet } from './formats/subnet.js';
import type { StandingBridge } from './standing.js';

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
    refuseOverlap(subnets, label.subnets, (text) => `${text} of network ${label.network}`);
  }
  if (allowOverlap) return;
  const families = new Set(subnets.map(({ family }) => (family === 4 ? 'inet' : 'inet6')));
  for (const family of families) {
    const routes = await host.routes.list({ family });
    const taken = routes.filter((route) => halfMade === undefined || route.outputLink !== halfMade);
    refuseOverlap(subnets, taken.flatMap(rangeOf), (text) => `the host's route to ${text}`);
  }
}

function refuseOverlap(
  subnets: readonly Subnet[],
  taken: readonly string[],
  what: (text: string) => string,
): void {
  for (const subnet of subnets) {
    const found = taken.find((text) => overlapsText(subnet, text));
    if (found !== undefined)
      throw new NetworkError('EOVERLAP', `subnet ${subnet.cidr} overlaps ${what(found)}`);
  }
}

/** The range of a route that an address could be reached by; the default route leads everywhere. */
function rangeOf({ destination, destinationLength = 0, family, type }: Route): readonly string[] {
  // Broadcast and multicast follow from the addresses, which have routes of their own.
  if (destinationLength === 0 || (type !== 'unicast' && type !== 'local')) return [];
  return [`${destination ?? (family === 'inet6' ? '::' : '0.0.0.0')}/${destinationLength}`];
}

function overlapsText(subnet: Subnet, text: string): boolean {
  const range: Cidr | undefined = parseCidr(text);
  return range !== undefined && overlaps(subnet, range);
}
