// Owns ranges of addresses that need not be CIDRs: what a network keeps back, and what it chooses from.
// Must not know how addresses are chosen.

import { unusable, wrongType } from '../../argument.js';
import { ipv4Number, ipv4Text, ipv6Number, ipv6Text, parseAddress, parseCidr } from './address.js';
import { offsetOf, type Subnet, subnetOf } from './subnet.js';

/** Canonical addresses of one family, both included. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/** Reads `172.16.0.10`, `172.16.0.10-172.16.0.20` or `172.16.0.128/25`. Undefined when it is none of these, or runs backwards. */
export function parseAddressRange(text: string): AddressRange | undefined {
  if (text.includes('/')) return block(text);
  const [left = '', right = left, ...more] = text.split('-');
  const [first, last] = [parseAddress(left), parseAddress(right)];
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  const backwards = numberOf(first.address) > numberOf(last.address);
  return first.family !== last.family || backwards ? undefined : { first: first.address, last: last.address };
}

/** The shortest text of it that is no CIDR. */
export function formatAddressRange({ first, last }: AddressRange): string {
  return first === last ? first : `${first}-${last}`;
}

/**
 * Ranges as few bytes: one that follows another of its family is written by its distance from that one's last address, and how many
 * addresses come after its first: `172.16.0.10`, `~2`, `~3-5` for 172.16.0.10, 172.16.0.12 and 172.16.0.15-172.16.0.20.
 */
export function shortRanges(ranges: readonly AddressRange[]): readonly string[] {
  return ranges.map((range, i) => {
    const before = ranges[i - 1];
    const whole = formatAddressRange(range);
    if (before === undefined || !sameFamily(before, range)) return whole;
    const [distance, more] = [numberOf(range.first) - numberOf(before.last), lengthOf(range) - 1n];
    const text = more === 0n ? `~${distance}` : `~${distance}-${more}`;
    return distance > 0n && text.length < whole.length ? text : whole;
  });
}

/** Reads ranges, each whole or as {@link shortRanges} writes it. Undefined for any other text. */
export function readRanges(texts: readonly string[]): readonly AddressRange[] | undefined {
  const ranges: AddressRange[] = [];
  for (const text of texts) {
    const range = text.startsWith('~') ? rangeAfter(ranges.at(-1), text) : parseCanonicalRange(text);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return ranges;
}

function rangeAfter(before: AddressRange | undefined, text: string): AddressRange | undefined {
  const [, distance, more = '0'] = /^~([1-9]\d{0,38})(?:-([1-9]\d{0,38}))?$/.exec(text) ?? [];
  if (before === undefined || distance === undefined) return undefined;
  const first = numberOf(before.last) + BigInt(distance);
  const last = first + BigInt(more);
  const wide = before.last.includes(':');
  if (last >> (wide ? 128n : 32n) !== 0n) return undefined;
  const print = (number: bigint) => (wide ? ipv6Text(number) : ipv4Text(Number(number)));
  return { first: print(first), last: print(last) };
}

/** A range in the one text that {@link formatAddressRange} has for it. */
export function parseCanonicalRange(text: string): AddressRange | undefined {
  const range = parseAddressRange(text);
  return range !== undefined && formatAddressRange(range) === text ? range : undefined;
}

function lengthOf({ first, last }: AddressRange): bigint {
  return numberOf(last) - numberOf(first) + 1n;
}

/**
 * Returns a range of addresses that lies in one of the subnets.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} when it is no range, or not within one subnet, or further in than allocation counts
 */
export function checkAddressRange(subnets: readonly Subnet[], value: unknown, option: string): AddressRange {
  const example = 'a string such as "172.16.0.10-172.16.0.20"';
  if (typeof value !== 'string') throw wrongType(option, example, value);
  const range = parseAddressRange(value);
  if (range === undefined)
    throw unusable(option, value, 'is not an address, a CIDR, or a range FIRST-LAST of addresses');
  const subnet = subnetOf(subnets, range.first);
  if (subnet === undefined || subnet !== subnetOf(subnets, range.last))
    throw unusable(option, value, `is not within ${subnets.map(({ cidr }) => cidr).join(' or ')}`);
  if (offsetOf(subnet, range.last) === undefined)
    throw unusable(option, value, `lies beyond the first 2^53 addresses of ${subnet.cidr}`);
  return range;
}

/** The same addresses, in order, with neighbouring ranges joined: labels have little room. */
export function joinRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const joined: AddressRange[] = [];
  const ordered = [...ranges].sort((a, b) => compare(a.first, b.first));
  for (const range of ordered) {
    const previous = joined.at(-1);
    const touches =
      previous !== undefined &&
      sameFamily(previous, range) &&
      numberOf(range.first) <= numberOf(previous.last) + 1n;
    if (!touches) joined.push(range);
    else if (numberOf(range.last) > numberOf(previous.last))
      joined[joined.length - 1] = { ...previous, last: range.last };
  }
  return joined;
}

function block(text: string): AddressRange | undefined {
  const cidr = parseCidr(text);
  if (cidr === undefined) return undefined;
  const { family, address, prefix } = cidr;
  const hostBits = BigInt((family === 4 ? 32 : 128) - prefix);
  const start = (numberOf(address) >> hostBits) << hostBits;
  const end = start + (1n << hostBits) - 1n;
  const text4 = (number: bigint) => ipv4Text(Number(number));
  const print = family === 4 ? text4 : ipv6Text;
  return start === numberOf(address) ? { first: address, last: print(end) } : undefined;
}

function sameFamily(a: AddressRange, b: AddressRange): boolean {
  return a.first.includes(':') === b.first.includes(':');
}

function compare(a: string, b: string): number {
  const families = Number(a.includes(':')) - Number(b.includes(':'));
  if (families !== 0) return families;
  const difference = numberOf(a) - numberOf(b);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function numberOf(address: string): bigint {
  return address.includes(':') ? ipv6Number(address) : BigInt(ipv4Number(address));
}
