// Owns the MAC addresses netplumb gives: a function of network and address, so that a new container with an old
// address has the old MAC too and no neighbour keeps a dead entry.
// Must not know links.

import { createHash } from 'node:crypto';
import { unusable, wrongType } from '../../argument.js';

/**
 * The MAC of whoever has this address in this network: `02` (unicast, locally administered) and the first five bytes
 * of SHA-256 over `netplumb/1 <network> <address>`. A bridge has that of its gateway address.
 * @param address canonical text, without prefix
 */
export function deriveMac(network: string, address: string): string {
  const digest = createHash('sha256').update(`netplumb/1 ${network} ${address}`).digest('hex');
  return `02:${digest.slice(0, 10).match(/../g)?.join(':')}`;
}

/**
 * The link-local address that follows from a MAC, with its prefix length: EUI-64, as the kernel itself makes it (RFC 4291,
 * appendix A). `fe80::42:c1ff:feb6:74db/64` for 02:42:c1:b6:74:db.
 */
export function linkLocalAddress(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  // The groups in the middle are never 0, so this is canonical: the gap takes in the first, where that is.
  const text = groups.map((group) => group.toString(16)).join(':');
  return `fe80::${text.replace(/^0:/, '')}/64`;
}

/** Whether text read back is a MAC in canonical form: six lower-case pairs, unicast, not zero. */
export function isMac(text: string): boolean {
  return /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(text) && text !== '00:00:00:00:00:00';
}

/**
 * Returns a MAC the caller gave, in lower case.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} unless it is six pairs of hex digits with colons, unicast and not zero
 */
export function checkMac(value: unknown, option = 'mac'): string {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  const mac = value.toLowerCase();
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac))
    throw unusable(option, value, 'is not a MAC such as 02:00:00:00:00:01');
  if (mac === '00:00:00:00:00:00') throw unusable(option, value, 'is zero');
  if (!isMac(mac)) throw unusable(option, value, 'is a multicast address (its first byte is odd)');
  return mac;
}
