// Owns the names by which netplumb's chains and rules are recognised: a public format, version 1 (docs/formats.md).
// Must not know what the rules say.

import { createHash } from 'node:crypto';
import { shown } from '../../argument.js';

/** What every chain of netplumb starts with. */
export const chainPrefix = 'NETPLUMB-';

/** What the comment of every jump into such a chain starts with. */
export const commentPrefix = 'netplumb/1 ';

/** What a whole comment is where a rule belongs to no single network. */
export const sharedComment = 'netplumb/1';

/** The administrator's chain: the first that FORWARD's packets see. Made where it is missing, never filled, emptied or changed. */
export const userChain = 'NETPLUMB-USER';

/** Where netplumb comes into the tables: one jump from each of these, into a chain that leads on to the networks'. */
export const entries = [
  { table: 'nat', hook: 'PREROUTING', chain: 'NETPLUMB-PREROUTING', place: 'last' },
  { table: 'nat', hook: 'OUTPUT', chain: 'NETPLUMB-OUTPUT', place: 'last' },
  { table: 'nat', hook: 'POSTROUTING', chain: 'NETPLUMB-POSTROUTING', place: 'last' },
  // First, or a rule of somebody's would accept what is dropped here, or swallow what is accepted.
  { table: 'filter', hook: 'INPUT', chain: 'NETPLUMB-INPUT', place: 'first' },
  { table: 'filter', hook: 'FORWARD', chain: 'NETPLUMB-FORWARD', place: 'first' },
] as const;
export type Entry = (typeof entries)[number];
export type EntryChain = Entry['chain'];

// A network's own part is at most 15 bytes; a container's is exactly 16, so one is never taken for the other. No name has a
// slash: what follows one is a chain's role. XT_EXTENSION_MAXNAMELEN allows 28 bytes in all.
const networkPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/;
const chainPattern = /^[A-Za-z0-9_][A-Za-z0-9_./-]{0,27}$/;
const containerPattern = /^NETPLUMB-[a-z2-7]{16}$/;

/** Names no network may have, because the chains called so are nobody's or everybody's. */
export const reservedNetworks: ReadonlySet<string> = new Set(
  [userChain, ...entries.map(({ chain }) => chain)].map((chain) => chain.slice(chainPrefix.length)),
);

/**
 * Checks a network name: 1 to 15 bytes of `A-Z a-z 0-9 _ . -`, not starting with `.` or `-`, not reserved.
 * @throws {TypeError} for what is no string
 * @throws {RangeError} for any other name
 */
export function checkNetworkName(name: unknown, option = 'network'): string {
  if (typeof name !== 'string') throw new TypeError(`${option} must be a string`);
  if (!networkPattern.test(name)) {
    throw new RangeError(
      `${option} must be 1 to 15 of A-Z a-z 0-9 _ . - and not start with . or -: ${shown(name)}`,
    );
  }
  if (reservedNetworks.has(name)) throw new RangeError(`${option} is reserved: ${shown(name)}`);
  return name;
}

/** Where what comes from a network goes through, in table nat and table filter: `NETPLUMB-br0`, at most 24 bytes. */
export function networkChain(network: string): string {
  return chainPrefix + checkNetworkName(network);
}

/** Where what goes to a network goes through: published ports in table nat, what may come in in table filter. `NETPLUMB-br0/in` */
export function inwardChain(network: string): string {
  return `${networkChain(network)}/in`;
}

/** Where what goes from a network to the host itself goes through, in table filter. `NETPLUMB-br0/lo` */
export function hostChain(network: string): string {
  return `${networkChain(network)}/lo`;
}

/** All chains that are one network's, but its containers'. */
export function networkChains(network: string): readonly string[] {
  return [networkChain(network), inwardChain(network), hostChain(network)];
}

/**
 * The chain of a container's ports in table nat: `NETPLUMB-` and 80 bits of SHA-256 over `netplumb/1 <network> <container>` in
 * base 32, for the names have no room.
 */
export function containerChain(network: string, container: string): string {
  const hash = createHash('sha256').update(containerComment(network, container)).digest();
  let bits = 0n;
  for (const byte of hash.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let name = '';
  for (let at = 75n; at >= 0n; at -= 5n) name += base32[Number((bits >> at) & 31n)];
  return chainPrefix + name;
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Whether a chain can be a container's. */
export function isContainerChain(chain: string): boolean {
  return containerPattern.test(chain);
}

/** The comment of a network's jumps: `netplumb/1 br0`. */
export function networkComment(network: string): string {
  return commentPrefix + checkNetworkName(network);
}

/** The comment of the jump to a container's chain: `netplumb/1 br0 web`. */
export function containerComment(network: string, container: string): string {
  return `${networkComment(network)} ${checkContainerName(container)}`;
}

function checkContainerName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name))
    throw new RangeError(`container: ${shown(name)} is no container's name`);
  return name;
}

/** Whether a comment is this network's; what a later version appends after a space still is. */
export function isNetworkComment(comment: string | undefined, network: string): boolean {
  const own = networkComment(network);
  return comment !== undefined && (comment === own || comment.startsWith(`${own} `));
}

/**
 * Checks a chain name more strictly than the kernel: no leading `-` or `!`, nothing that needs quoting, at most 28 bytes.
 * @throws {TypeError} for what is no string
 * @throws {RangeError} for any other name
 */
export function checkChain(name: unknown): string {
  if (typeof name !== 'string') throw new TypeError('chain must be a string');
  if (!chainPattern.test(name)) {
    throw new RangeError(
      `chain must be 1 to 28 of A-Z a-z 0-9 _ . / - and not start with . / or -: ${shown(name)}`,
    );
  }
  return name;
}
