// Owns what the value of each field of a rule may be, and its one spelling.
// Must not know how a rule is written. Stricter than iptables wherever that takes something and changes it silently.
import { Address4, Address6 } from 'ip-address';
import { shown } from '../../argument.js';
import type { Family } from '../family.js';
import { type Protocol, protocols } from '../ports.js';

/** Connection states conntrack tells apart, in the order in which iptables prints them. */
export const connectionStates = [
  'INVALID',
  'NEW',
  'RELATED',
  'ESTABLISHED',
  'UNTRACKED',
  'SNAT',
  'DNAT',
] as const;
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

/** Ports from the first to the last, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A protocol that has ports.
 * @throws {RangeError}
 */
export function checkProtocol(value: unknown): string {
  if (!protocols.includes(value as Protocol))
    throw new RangeError(`protocol must be one of ${protocols.join(', ')}`);
  return value as Protocol;
}

/**
 * Ports as iptables prints them: `80`, `8000:8009`.
 * @throws {TypeError | RangeError}
 */
export function checkPortRange(value: unknown): string {
  const { first, last } = (value ?? {}) as Partial<PortRange>;
  for (const port of [first, last]) {
    if (typeof port !== 'number') throw new TypeError('ports must have a first and a last');
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new RangeError(`port must be from 1 to 65535: ${port}`);
  }
  if ((first as number) > (last as number)) throw new RangeError(`ports must go up: ${first} to ${last}`);
  return first === last ? String(first) : `${first}:${last}`;
}

/** {@link checkPortRange} the other way; what it would not write comes out as something it refuses. */
export function readPortRange(word: string): PortRange {
  const [first, last = first] = word.split(':').map(Number);
  return { first: first ?? 0, last: last ?? 0 };
}

/**
 * An address of a family in its canonical text.
 * @throws {TypeError | RangeError}
 */
export function checkAddress(value: unknown, family: Family): string {
  if (typeof value !== 'string') throw new TypeError('address must be a string');
  const Address = family === 4 ? Address4 : Address6;
  const plain = /^[0-9a-f:.]+$/.test(value) && Address.isValid(value);
  if (!plain || new Address(value).correctForm() !== value)
    throw new RangeError(`address is not an IPv${family} address: ${shown(value)}`);
  return value;
}

/** @throws {RangeError} */
export function checkBridged(value: unknown): string {
  if (value !== true) throw new RangeError('bridged must be true');
  return '';
}

/** @throws {RangeError} */
export function checkDestinationType(value: unknown): string {
  if (value !== 'LOCAL') throw new RangeError('destinationType must be LOCAL');
  return value;
}
