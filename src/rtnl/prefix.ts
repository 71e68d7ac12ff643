// Addresses and prefixes as users write them, split into what messages carry. Parsing is ip-address's and node:net's.

import { isIP } from 'node:net';

export interface Prefix {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly length: number;
}

/** Reads '172.16.0.1/24' or 'fd00::1/64'; without a length the whole address counts. */
export function parsePrefix(text: unknown, option: string): Prefix {
  if (typeof text !== 'string') throw new TypeError(`${option}: must be a string such as "172.16.0.1/24"`);
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const bits = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (version === 0 || address.includes('%') || more.length > 0 || bits < 0 || bits > longest) {
    throw new RangeError(
      `${option}: ${JSON.stringify(text)} is not an address with a prefix length, such as "172.16.0.1/24"`,
    );
  }
  return { family: version === 4 ? 'inet' : 'inet6', address, length: bits };
}

/** The family of a bare address. */
export function familyOf(address: unknown, option: string): 'inet' | 'inet6' {
  const version = typeof address === 'string' && !address.includes('%') ? isIP(address) : 0;
  if (version === 0) throw new RangeError(`${option}: ${JSON.stringify(address)} is not an IP address`);
  return version === 4 ? 'inet' : 'inet6';
}
