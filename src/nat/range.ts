// Owns what an address range in an intent may be: one spelling, no host bits. Must not know what it is for.
import { Address4, Address6 } from 'ip-address';
import { unusable, wrongType } from '../argument.js';
import { familyOf } from './family.js';

/**
 * The range, which must be written canonically: `10.0.0.0/8`, `fd00::/64`, with a length from 1 on.
 * @throws {TypeError | RangeError} that begins with `option` and says the canonical form
 */
export function checkRange(value: unknown, option: string): string {
  if (typeof value !== 'string') throw wrongType(option, 'a string such as "10.0.0.0/8"', value);
  const Address = familyOf(value) === 4 ? Address4 : Address6;
  if (!value.includes('/') || value.includes('%') || !Address.isValid(value))
    throw unusable(option, value, 'is not a CIDR range such as 10.0.0.0/8');
  const address = new Address(value);
  const canonical = `${address.startAddress().correctForm()}/${address.subnetMask}`;
  if (canonical !== value) throw unusable(option, value, `is not a range; did you mean ${canonical}?`);
  if (address.subnetMask === 0) throw unusable(option, value, 'is everything');
  return value;
}

/** Whether an address, checked, lies in a range of its family, checked. */
export function isWithin(address: string, range: string): boolean {
  if (familyOf(address) !== familyOf(range)) return false;
  return familyOf(address) === 4
    ? new Address4(address).isInSubnet(new Address4(range))
    : new Address6(address).isInSubnet(new Address6(range));
}
