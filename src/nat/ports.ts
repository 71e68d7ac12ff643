// Owns what a published port is: its checks, when two of them are in each other's way, and its short text, `8080:80/tcp`.
// Pure. Must not know containers, rules or who listens where.
import { isIPv4, isIPv6 } from 'node:net';
import { Address6 } from 'ip-address';
import { unusable, wrongType } from '../argument.js';
import { integer, oneOf, readOptions } from '../options.js';
import { anyAddress, type Family, familyOf } from './family.js';

export const protocols = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof protocols)[number];

/** IPPROTO_*, linux/in.h. */
export const protocolNumbers: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** A port to publish, as a caller says it. */
export interface PublishOptions {
  /** The port of the host, 1 to 65,535; 0 for a free one. The first of a range. */
  readonly hostPort: number;
  /** The port in the container, 1 to 65,535. The first of a range. */
  readonly containerPort: number;
  /** 'tcp' by default. */
  readonly protocol?: Protocol;
  /**
   * The one address of the host it is published on. By default on all but loopback, in every family the container has;
   * '0.0.0.0' and '::' are all of one family. '127.0.0.1' is for the host itself; '::1' cannot be had.
   */
  readonly hostAddress?: string;
  /** How many ports, one after the other on both sides; 1 by default. One rule in all. */
  readonly range?: number;
}

/** A port to publish, checked and complete. `hostPort` may be 0 until a free one was found. */
export interface PortIntent {
  readonly protocol: Protocol;
  /** Canonical text; absent: every address of the host but loopback. */
  readonly hostAddress?: string;
  readonly hostPort: number;
  readonly containerPort: number;
  /** How many ports from there on. */
  readonly range: number;
}

const lastPort = 65_535;
const needed = { hostPort: integer(0, lastPort), containerPort: integer(1, lastPort) };
const further = { protocol: oneOf(...protocols), hostAddress: checkHostAddress, range: integer(1, lastPort) };

/**
 * Reads one port.
 * @throws {TypeError | RangeError} that begins with `option`
 */
export function checkPort(value: unknown, option = 'publish'): PortIntent {
  const read = readOptions(option, value === undefined ? null : value, needed, further); // nothing is no port
  const { hostPort, containerPort, protocol = 'tcp', hostAddress, range = 1 } = read;
  for (const name of ['hostPort', 'containerPort'] as const) {
    const first = read[name];
    if (first + range - 1 > lastPort)
      throw new RangeError(`${option}: range: ${range} ports from ${name} ${first} on go beyond ${lastPort}`);
  }
  if (hostPort === 0 && range > 1)
    throw new RangeError(`${option}: hostPort: a range needs its first port, 0 finds a single one`);
  return {
    protocol,
    ...(hostAddress !== undefined && { hostAddress }),
    hostPort,
    containerPort,
    range,
  };
}

function checkHostAddress(value: unknown, option: string): string {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  if (isIPv4(value)) return value;
  if (!isIPv6(value) || value.includes('%')) throw unusable(option, value, 'is not an IP address');
  const address = new Address6(value).correctForm();
  if (address === '::1') {
    throw unusable(
      option,
      value,
      'cannot be published on: the kernel has no route_localnet for IPv6, so nothing from ::1 leaves lo; take 127.0.0.1',
    );
  }
  if (/^::ffff:/i.test(address)) throw unusable(option, value, 'is an IPv4 address in IPv6 clothes');
  return address;
}

/** Whether it is for the host itself only. */
export function isLoopback({ hostAddress }: Pick<PortIntent, 'hostAddress'>): boolean {
  return hostAddress?.startsWith('127.') === true;
}

/** The one address a rule must ask for; undefined where it takes every one of its family. */
export function singleAddress({ hostAddress }: PortIntent): string | undefined {
  return hostAddress === anyAddress[4] || hostAddress === anyAddress[6] ? undefined : hostAddress;
}

/** Whether it can be published in a family. */
export function isOfFamily({ hostAddress }: PortIntent, family: Family): boolean {
  return hostAddress === undefined || familyOf(hostAddress) === family;
}

/** Whether the same packet could be meant for both. What is on every address is not on loopback, which must be asked for. */
export function conflicts(a: PortIntent, b: PortIntent): boolean {
  if (a.protocol !== b.protocol) return false;
  if (a.hostPort >= b.hostPort + b.range || b.hostPort >= a.hostPort + a.range) return false;
  return shareAddress(a, b);
}

function shareAddress(a: PortIntent, b: PortIntent): boolean {
  if (isLoopback(a) || isLoopback(b)) return a.hostAddress === b.hostAddress;
  if (a.hostAddress === undefined || b.hostAddress === undefined) return true;
  if (familyOf(a.hostAddress) !== familyOf(b.hostAddress)) return false;
  const [one, other] = [singleAddress(a), singleAddress(b)];
  return one === undefined || other === undefined || one === other;
}

/** `8080:80/tcp`, `127.0.0.1:8080:80/tcp`, `[2001:db8::1]:8000-8009:80-89/udp`. */
export function portText({ protocol, hostAddress, hostPort, containerPort, range }: PortIntent): string {
  const at =
    hostAddress === undefined ? '' : hostAddress.includes(':') ? `[${hostAddress}]:` : `${hostAddress}:`;
  return `${at}${span(hostPort, range)}:${span(containerPort, range)}/${protocol}`;
}

/** `80`, or `80-89`. */
export function span(first: number, range: number, between = '-'): string {
  return range === 1 ? String(first) : `${first}${between}${first + range - 1}`;
}

/** Whether two say the same. */
export function samePort(a: PortIntent, b: PortIntent): boolean {
  return portText(a) === portText(b);
}
