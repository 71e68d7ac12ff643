// Owns the text of claims: altnames on a host link. The kernel refuses an altname that exists anywhere in the namespace,
// so a claim is taken atomically, found directly, and gone with its link.
// Must not know links or labels.

import { parseAddress } from './address.js';
import { isContainerName, isNetworkName } from './names.js';

/** ALTIFNAMSIZ less its NUL (linux/if.h). */
export const MAX_CLAIM_BYTES = 127;

/** What a claim claims, within a network. */
export type Claim =
  | { readonly kind: 'address'; readonly network: string; readonly address: string }
  | { readonly kind: 'container'; readonly network: string; readonly container: string };

/** `np1:br0:172.16.0.2`. The address must be canonical text without a prefix. */
export function addressClaim(network: string, address: string): string {
  return bounded(`np1:${network}:${address}`);
}

/** `np1:br0:c:container1`. */
export function containerClaim(network: string, container: string): string {
  return bounded(`np1:${network}:c:${container}`);
}

/** Checked names cannot exceed it; a claim cut short by the kernel would claim something else. */
function bounded(claim: string): string {
  const bytes = Buffer.byteLength(claim);
  if (bytes > MAX_CLAIM_BYTES)
    throw new RangeError(`claim ${claim}: ${bytes} bytes, at most ${MAX_CLAIM_BYTES}`);
  return claim;
}

/**
 * What an altname claims; undefined for an altname that is not a claim of this version. No text is both kinds: a
 * container name has no `:`, and an IPv6 address that begins `c:` has more than one.
 */
export function parseClaim(altName: string): Claim | undefined {
  const [, network = '', rest = ''] = /^np1:([^:]*):(.*)$/.exec(altName) ?? [];
  if (!isNetworkName(network)) return undefined;
  const container = rest.slice(2);
  if (rest.startsWith('c:') && isContainerName(container)) return { kind: 'container', network, container };
  if (parseAddress(rest)?.address !== rest) return undefined;
  return { kind: 'address', network, address: rest };
}
