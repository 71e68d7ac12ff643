// Owns the names by which netplumb's chains and rules are recognised: a public format, version 1 (docs/formats.md).
// Must not know what the rules say.

import { shown } from '../../argument.js';

/** What every chain of netplumb starts with. */
export const chainPrefix = 'NETPLUMB-';

/** What the comment of every jump into such a chain starts with. */
export const commentPrefix = 'netplumb/1 ';

// A network's own part is at most 15 bytes, so every chain that belongs to something else (a container, say) takes 16 to
// 19 bytes and can never be mistaken for a network's: XT_EXTENSION_MAXNAMELEN allows 28 bytes in all.
const networkPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/;
const chainPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,27}$/;

/** Names no network may have, because `NETPLUMB-USER` is kept for the administrator's own rules. */
export const reservedNetworks: ReadonlySet<string> = new Set(['USER']);

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

/** The chain of a network, the same in table nat and table filter: `NETPLUMB-br0`, at most 24 bytes. */
export function networkChain(network: string): string {
  return chainPrefix + checkNetworkName(network);
}

/** The comment of a network's jumps: `netplumb/1 br0`. */
export function networkComment(network: string): string {
  return commentPrefix + checkNetworkName(network);
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
      `chain must be 1 to 28 of A-Z a-z 0-9 _ . - and not start with . or -: ${shown(name)}`,
    );
  }
  return name;
}
