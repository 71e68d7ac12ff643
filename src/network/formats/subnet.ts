// Owns a network's address range: which ranges are usable, which addresses in one are a container's to have.
// Addresses are counted by offset from the network address, so that the allocator does not know families; another
// family is another branch in `parseSubnet`, `offsetOf` and `addressAt`.

import { unusable, wrongType } from '../../argument.js';
import { type Cidr, ipv4Number, ipv4Text, overlaps, parseAddress, parseCidr } from './address.js';

/** A usable range; a {@link Cidr} whose host bits are zero. */
export interface Subnet extends Cidr {
  /** Canonical text, `172.16.0.0/24`. */
  readonly cidr: string;
  /** Addresses in it, network and broadcast address included. Usable offsets are 1 to size - 2. */
  readonly size: number;
}

/** Ranges the kernel gives another meaning: its routes through a bridge would not work (IANA special-purpose registry). */
const unusableRanges: readonly (readonly [string, string])[] = [
  ['0.0.0.0/8', '"this network"'],
  ['127.0.0.0/8', 'loopback'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
];

/**
 * Reads a network's range: an IPv4 CIDR of /8 to /30, written with its network address.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} for anything else; where only host bits are set, the message says the canonical form
 */
export function parseSubnet(value: unknown, option = 'subnet'): Subnet {
  if (typeof value !== 'string') throw wrongType(option, 'a string such as "172.16.0.0/24"', value);
  const range = parseCidr(value);
  if (range === undefined) throw unusable(option, value, 'is not a CIDR range such as 172.16.0.0/24');
  if (range.family !== 4) throw unusable(option, value, 'is IPv6: only IPv4 ranges are supported');
  if (range.prefix < 8 || range.prefix > 30) throw unusable(option, value, 'has a prefix outside /8 to /30');
  const size = 2 ** (32 - range.prefix);
  const number = ipv4Number(range.address);
  const canonical = `${ipv4Text(number - (number % size))}/${range.prefix}`;
  if (canonical !== value)
    throw unusable(option, value, `is not a network address; did you mean ${canonical}?`);
  for (const [text, meaning] of unusableRanges) {
    const special = parseCidr(text);
    if (special && overlaps(special, range))
      throw unusable(option, value, `overlaps ${text}, which is ${meaning}`);
  }
  return { ...range, cidr: canonical, size };
}

/** The offset of an address in the subnet, or undefined when it is outside, of another family, or no address. */
export function offsetOf(subnet: Subnet, address: string): number | undefined {
  const ip = parseAddress(address);
  if (ip?.family !== subnet.family) return undefined;
  const offset = ipv4Number(ip.address) - ipv4Number(subnet.address);
  return offset >= 0 && offset < subnet.size ? offset : undefined;
}

/** The address at an offset, 0 being the network address. */
export function addressAt(subnet: Subnet, offset: number): string {
  return ipv4Text(ipv4Number(subnet.address) + offset);
}

/** Whether the address lies in the subnet, network and broadcast address included. */
export function contains(subnet: Subnet, address: string): boolean {
  return offsetOf(subnet, address) !== undefined;
}

/** The gateway where the caller names none: the first address. */
export function defaultGateway(subnet: Subnet): string {
  return addressAt(subnet, 1);
}

/**
 * Returns the canonical text of an address that a host in the subnet can have.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} when it is no address, outside the subnet, the network address or the broadcast address
 */
export function checkHostAddress(subnet: Subnet, value: unknown, option = 'address'): string {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  if (value.includes('/'))
    throw unusable(option, value, `has a prefix; the subnet's, /${subnet.prefix}, is used`);
  if (parseAddress(value) === undefined) throw unusable(option, value, 'is not an IP address');
  const offset = offsetOf(subnet, value);
  if (offset === undefined) throw unusable(option, value, `is outside ${subnet.cidr}`);
  if (offset === 0) throw unusable(option, value, `is the network address of ${subnet.cidr}`);
  if (offset === subnet.size - 1) throw unusable(option, value, `is the broadcast address of ${subnet.cidr}`);
  return addressAt(subnet, offset);
}
