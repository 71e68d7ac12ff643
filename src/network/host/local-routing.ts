// The way of 127.0.0.1 into a network: a packet from there leaves by the bridge only where the bridge has route_localnet. It has for as long
// as a port is published there. What a container could do with that is kept off by the network's chain for the host.

import type { Namespace } from '../../namespace.js';

/** The setting of a network's bridge by which the host reaches ports on 127.0.0.1. */
export function localRouting(network: string): string {
  return `net/ipv4/conf/${network}/route_localnet`;
}

/** `sysctl -w net.ipv4.conf.br0.route_localnet=1`, unless it stands so. Returns what was written; undefined where nothing was. */
export async function setLocalRouting(
  host: Namespace,
  network: string,
  needed: boolean,
): Promise<string | undefined> {
  const name = localRouting(network);
  const wanted = needed ? '1' : '0';
  if ((await host.sysctl.get(name)) === wanted) return undefined;
  await host.sysctl.set(name, wanted);
  return `${name}=${wanted}`;
}
