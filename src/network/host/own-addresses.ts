// The addresses that a host itself has. Must not know networks.

import type { Namespace } from '../../namespace.js';

/** Without prefixes. `ip address` */
export async function ownAddresses(host: Namespace): Promise<ReadonlySet<string>> {
  const addresses = await host.addresses.list();
  return new Set(addresses.flatMap(({ local, address }) => local ?? address ?? []));
}
