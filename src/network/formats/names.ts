// Owns what a network and a container may be called; the rules for a link's name are in ../../interface-name.ts.
// Must not know where names are written.

import { checkName, interfaceObjection, objection } from '../../interface-name.js';
import { reservedNetworks } from '../../nat/iptables/chains.js';

/** Leaves room for the rest of a claim within ALTIFNAMSIZ. */
export const MAX_CONTAINER_NAME_BYTES = 100;

function containerObjection(name: string): string | undefined {
  return objection(name, MAX_CONTAINER_NAME_BYTES);
}

function networkObjection(name: string): string | undefined {
  if (reservedNetworks.has(name)) return `is reserved: NETPLUMB-${name} is no network's chain`;
  return interfaceObjection(name);
}

/** Returns a name fit for a network: as for its bridge, see {@link checkInterfaceName}, and not that of a chain kept for others. */
export function checkNetworkName(value: unknown, option = 'name'): string {
  return checkName(value, option, networkObjection);
}

/**
 * Returns a name fit for a container: as for an interface, but up to 100 bytes, and no name is reserved.
 * It has no `:` and no `/`, so it is one word in a claim and one file below /run/netns.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} for any other name; the message begins with `option` and says why
 */
export function checkContainerName(value: unknown, option = 'container'): string {
  return checkName(value, option, containerObjection);
}

/** Whether text read back from the kernel can be a network name of ours. */
export function isNetworkName(text: string): boolean {
  return networkObjection(text) === undefined;
}

/** Whether text read back from the kernel can be a container name of ours. */
export function isContainerName(text: string): boolean {
  return containerObjection(text) === undefined;
}
