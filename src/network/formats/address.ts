// Owns IP addresses and CIDR texts in their canonical form, both families: parsing, printing, overlap.
// Reading and printing is the library's work (ip-address); what is canonical is decided here. Must not know subnets of a network.

import { Address4, Address6 } from 'ip-address';
import { unusable, wrongType } from '../../argument.js';

export type Family = 4 | 6;

export interface IpAddress {
  readonly family: Family;
  /** Canonical text: dotted quad, or RFC 5952. */
  readonly address: string;
}

export interface Cidr extends IpAddress {
  /** Leading bits, 0 to 32 or 0 to 128. */
  readonly prefix: number;
}

const digits4 = /^[0-9.]{7,15}$/;
const digits6 = /^[0-9A-Fa-f:.]{2,45}$/;

/** Reads an address of either family, without prefix, zone or port; undefined when it is none. `FD00::0:1` gives `fd00::1`. */
export function parseAddress(text: string): IpAddress | undefined {
  try {
    if (digits4.test(text)) return { family: 4, address: new Address4(text).correctForm() };
    if (!text.includes(':') || !digits6.test(text)) return undefined;
    return { family: 6, address: new Address6(text).correctForm() };
  } catch {
    return undefined;
  }
}

/** Reads `address/prefix`; host bits may be set, as on an interface. Undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, left, right] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const ip = left === undefined ? undefined : parseAddress(left);
  const prefix = Number(right);
  if (ip === undefined || prefix > (ip.family === 4 ? 32 : 128)) return undefined;
  return { ...ip, prefix };
}

/** The address of `address/prefix`, as labels have it: text that was checked before. */
export function withoutPrefix(cidr: string): string {
  return cidr.slice(0, cidr.indexOf('/'));
}

export function formatCidr({
  address,
  prefix,
}: {
  readonly address: string;
  readonly prefix: number;
}): string {
  return `${address}/${prefix}`;
}

/**
 * Returns the canonical text of an address the caller gave.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} unless it is one address without a prefix
 */
export function checkAddress(value: unknown, option = 'address'): string {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  const ip = parseAddress(value);
  if (ip === undefined) throw unusable(option, value, 'is not an IP address');
  return ip.address;
}

/** Whether two ranges share an address. Ranges of different families never do. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  if (a.family !== b.family) return false;
  const hostBits = BigInt((a.family === 4 ? 32 : 128) - Math.min(a.prefix, b.prefix));
  return bits(a) >> hostBits === bits(b) >> hostBits;
}

function bits({ family, address }: IpAddress): bigint {
  return family === 4 ? BigInt(ipv4Number(address)) : ipv6Number(address);
}

/**
 * An IPv4 address as an unsigned 32-bit number. The text must be an address: check it first. By hand, for every attach
 * allocates an address: 1 µs against the library's 20.
 */
export function ipv4Number(address: string): number {
  let number = 0;
  for (const part of address.split('.')) number = number * 256 + Number(part);
  return number;
}

/** The dotted quad of an unsigned 32-bit number. */
export function ipv4Text(number: number): string {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.');
}

/** An IPv6 address as an unsigned 128-bit number. The text must be an address. */
export function ipv6Number(address: string): bigint {
  return new Address6(address).bigInt();
}

/** The canonical text (RFC 5952) of an unsigned 128-bit number. */
export function ipv6Text(number: bigint): string {
  return Address6.fromBigInt(number).correctForm();
}

/** The family of a text that is known to be an address. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
}
