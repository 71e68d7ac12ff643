// Owns what the value of each field of a rule may be, and its one spelling.
// Must not know how a rule is written. Stricter than iptables wherever that takes something and changes it silently.
import { Address4, Address6 } from 'ip-address';
import { shown } from '../../argument.js';
import type { Family } from '../family.js';

/** Connection states conntrack tells apart, in the order in which iptables prints them. */
export const connectionStates = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'] as const;
export type ConnectionState = (typeof connectionStates)[number];

/**
 * The canonical text of a CIDR without host bits; iptables would silently change anything else, and could then not find it.
 * @throws {TypeError | RangeError} for anything else, `/0` included (iptables leaves it out)
 */
export function checkSubnet(value: unknown, family: Family = 4): string {
  if (typeof value !== 'string') throw new TypeError('subnet must be a string');
  const Address = family === 4 ? Address4 : Address6;
  if (!Address.isValid(value)) throw new RangeError(`subnet is not an IPv${family} CIDR: ${shown(value)}`);
  const address = new Address(value);
  const canonical = `${address.startAddress().correctForm()}/${address.subnetMask}`;
  if (canonical !== value) throw new RangeError(`subnet must be written ${canonical}: ${shown(value)}`);
  if (address.subnetMask === 0) throw new RangeError(`subnet must not be everything: ${value}`);
  return value;
}

/**
 * An interface name iptables takes as just that name: no trailing `+`, which would be a wildcard.
 * @throws {TypeError | RangeError}
 */
export function checkInterface(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('interface must be a string');
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/.test(value))
    throw new RangeError(`not an interface name: ${shown(value)}`);
  return value;
}

/**
 * A comment that comes back as it was: iptables cuts longer ones silently, and can then not find the rule again.
 * @throws {TypeError | RangeError}
 */
export function checkComment(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('comment must be a string');
  if (!/^[\x20-\x7e]{1,255}$/.test(value)) {
    throw new RangeError(`comment must be 1 to 255 bytes of printable ASCII: ${shown(value)}`);
  }
  return value;
}

/**
 * A set of connection states as iptables prints it.
 * @throws {TypeError | RangeError}
 */
export function checkStates(value: unknown): string {
  if (!Array.isArray(value)) throw new TypeError('states must be an array');
  const states = connectionStates.filter((state) => value.includes(state));
  if (states.length === 0 || states.length !== value.length) {
    throw new RangeError(
      `states must be different ones of ${connectionStates.join(', ')}: ${shown(value.join())}`,
    );
  }
  return states.join(',');
}
