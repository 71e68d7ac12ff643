// Owns a network's address range: which ranges are usable, which addresses in one are a container's to have.
// Addresses are counted by offset from the network address, so that the allocator does not know families.

import { unusable, wrongType } from '../../argument.js';
import {
  type Cidr,
  type Family,
  familyOf,
  ipv4Number,
  ipv4Text,
  ipv6Number,
  ipv6Text,
  overlaps,
  parseAddress,
  parseCidr,
} from './address.js';

/** A usable range; a {@link Cidr} whose host bits are zero. */
export interface Subnet extends Cidr {
  /** Canonical text, `172.16.0.0/24`. */
  readonly cidr: string;
  /**
   * Addresses in it that have an offset: all, the network address and IPv4's broadcast address included; of a wide IPv6
   * range the first 2^53, which is as far as a number counts.
   */
  readonly size: number;
  /** How the text of an IPv6 address of a small offset begins; what follows is the offset in hex. Where it is so simple. */
  readonly shortTexts?: string;
}

/** What differs between the families. */
interface FamilyRules {
  readonly bits: number;
  readonly prefixes: readonly [least: number, most: number];
  readonly example: string;
  /** Ranges the kernel gives another meaning: its routes through a bridge would not work (IANA special-purpose registry). */
  readonly unusable: readonly (readonly [string, string])[];
  /** What offset 0 is. */
  readonly first: string;
  /** What the last offset is, where it is not a host's. */
  readonly last?: string;
}

const rules: Readonly<Record<Family, FamilyRules>> = {
  4: {
    bits: 32,
    prefixes: [8, 30],
    example: '172.16.0.0/24',
    unusable: [
      ['0.0.0.0/8', '"this network"'],
      ['127.0.0.0/8', 'loopback'],
      ['224.0.0.0/4', 'multicast'],
      ['240.0.0.0/4', 'reserved'],
    ],
    first: 'the network address',
    last: 'the broadcast address',
  },
  6: {
    bits: 128,
    prefixes: [16, 126],
    example: 'fd00:1::/64',
    unusable: [
      ['::/8', 'loopback, unspecified and embedded IPv4 addresses'],
      ['fe80::/10', 'link-local'],
      ['ff00::/8', 'multicast'],
    ],
    first: 'the subnet-router anycast address',
  },
};

/**
 * Reads a network's range, written with its network address: IPv4 of /8 to /30, or IPv6 of /16 to /126.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} for anything else; where only host bits are set, the message says the canonical form
 */
export function parseSubnet(value: unknown, option = 'subnet'): Subnet {
  if (typeof value !== 'string') throw wrongType(option, 'a string such as "172.16.0.0/24"', value);
  const range = parseCidr(value);
  if (range === undefined) {
    const examples = Object.values(rules).map(({ example }) => example);
    throw unusable(option, value, `is not a CIDR range such as ${examples.join(' or ')}`);
  }
  const { bits, prefixes, unusable: unusableRanges } = rules[range.family];
  const [least, most] = prefixes;
  if (range.prefix < least || range.prefix > most)
    throw unusable(option, value, `has a prefix outside /${least} to /${most}`);
  const hostBits = bits - range.prefix;
  const start = networkAddress(range, hostBits);
  const cidr = `${start}/${range.prefix}`;
  // `FD00::/64` is the same range in other letters.
  if (start !== range.address)
    throw unusable(option, value, `is not a network address; did you mean ${cidr}?`);
  for (const [text, meaning] of unusableRanges) {
    const special = parseCidr(text);
    if (special && overlaps(special, range))
      throw unusable(option, value, `overlaps ${text}, which is ${meaning}`);
  }
  const subnet = { ...range, cidr, size: 2 ** Math.min(hostBits, 53) };
  return range.family === 6 && subnet.size > 0xffff && addressAt(subnet, 1) === `${start}1`
    ? { ...subnet, shortTexts: start }
    : subnet;
}

function networkAddress({ family, address }: Cidr, hostBits: number): string {
  if (family === 4) {
    const number = ipv4Number(address);
    return ipv4Text(number - (number % 2 ** hostBits));
  }
  const shift = BigInt(hostBits);
  return ipv6Text((ipv6Number(address) >> shift) << shift);
}

/** The offset of an address in the subnet; undefined when it is outside, of another family, no address, or too far in to count. */
export function offsetOf(subnet: Subnet, address: string): number | undefined {
  // Each attach asks, and the library takes 30 µs.
  const short = subnet.shortTexts;
  if (short !== undefined && address.startsWith(short)) {
    const rest = address.slice(short.length);
    if (/^[1-9a-f][0-9a-f]{0,3}$/.test(rest)) return Number.parseInt(rest, 16);
  }
  const ip = parseAddress(address);
  if (ip?.family !== subnet.family) return undefined;
  const offset =
    ip.family === 4
      ? ipv4Number(ip.address) - ipv4Number(subnet.address)
      : Number(ipv6Number(ip.address) - ipv6Number(subnet.address));
  return offset >= 0 && offset < subnet.size ? offset : undefined;
}

/** The address at an offset, 0 being the network address. */
export function addressAt(subnet: Subnet, offset: number): string {
  if (subnet.family === 4) return ipv4Text(ipv4Number(subnet.address) + offset);
  if (subnet.shortTexts !== undefined && offset > 0 && offset <= 0xffff)
    return subnet.shortTexts + offset.toString(16);
  return ipv6Text(ipv6Number(subnet.address) + BigInt(offset));
}

/** Whether the address lies in the subnet, network and broadcast address included. */
export function contains(subnet: Subnet, address: string): boolean {
  if (offsetOf(subnet, address) !== undefined) return true;
  const ip = subnet.family === 6 ? parseAddress(address) : undefined;
  return ip !== undefined && overlaps(subnet, { ...ip, prefix: rules[ip.family].bits });
}

/** The last offset that a host can have; the first is 1. */
export function lastHost(subnet: Subnet): number {
  return rules[subnet.family].last === undefined ? subnet.size - 1 : subnet.size - 2;
}

/** The gateway where the caller names none: the first address. */
export function defaultGateway(subnet: Subnet): string {
  return addressAt(subnet, 1);
}

/**
 * Returns the canonical text of an address that a host in one of the subnets can have.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} when it is no address, outside the subnets, a network address or a broadcast address
 */
export function checkHostAddress(
  subnets: Subnet | readonly Subnet[],
  value: unknown,
  option = 'address',
): string {
  const all = 'cidr' in subnets ? [subnets] : subnets;
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  if (value.includes('/')) throw unusable(option, value, "has a prefix; the subnet's is used");
  const ip = parseAddress(value);
  if (ip === undefined) throw unusable(option, value, 'is not an IP address');
  const subnet = subnetOf(all, ip.address);
  if (subnet === undefined)
    throw unusable(option, value, `is outside ${all.map(({ cidr }) => cidr).join(' and ')}`);
  const { first, last } = rules[subnet.family];
  const offset = offsetOf(subnet, ip.address);
  if (offset === 0) throw unusable(option, value, `is ${first} of ${subnet.cidr}`);
  if (last !== undefined && offset === subnet.size - 1)
    throw unusable(option, value, `is ${last} of ${subnet.cidr}`);
  return ip.address;
}

/** The subnet an address lies in. The text must be an address. */
export function subnetOf<S extends Subnet>(subnets: readonly S[], address: string): S | undefined {
  const family = familyOf(address);
  return subnets.find((subnet) => subnet.family === family && contains(subnet, address));
}
