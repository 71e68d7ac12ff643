// Whether a range is free to use on a host: no other network has it, and no route of the host leads into it.

import { NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { type Cidr, overlaps, parseCidr } from './formats/address.js';
import type { Subnet } from './formats/subnet.js';
import type { StandingBridge } from './standing.js';

/** @param halfMade the index of a bridge that goes first, with its routes
 * @throws {NetworkError} EOVERLAP, naming what it overlaps */
export async function checkFree(
  host: Namespace,
  subnet: Subnet,
  network: string,
  others: readonly StandingBridge[],
  halfMade?: number,
): Promise<void> {
  for (const { label } of others) {
    const taken =
      label.network === network ? undefined : label.subnets.find((text) => overlapsText(subnet, text));
    if (taken !== undefined) {
      throw new NetworkError(
        'EOVERLAP',
        `subnet ${subnet.cidr} overlaps ${taken} of network ${label.network}`,
      );
    }
  }
  for (const route of await host.routes.list({ family: 'inet' })) {
    const length = route.destinationLength ?? 0;
    // The default route leads everywhere; broadcast and multicast follow from the addresses, which have routes of their own.
    if (length === 0 || (route.type !== 'unicast' && route.type !== 'local')) continue;
    if (halfMade !== undefined && route.outputLink === halfMade) continue;
    const text = `${route.destination ?? '0.0.0.0'}/${length}`;
    if (overlapsText(subnet, text))
      throw new NetworkError('EOVERLAP', `subnet ${subnet.cidr} overlaps the host's route to ${text}`);
  }
}

function overlapsText(subnet: Subnet, text: string): boolean {
  const range: Cidr | undefined = parseCidr(text);
  return range !== undefined && overlaps(subnet, range);
}
