// What callers may say about ports, at attach and later, and how published ports are told. Checked before any system call.

import { checkPort, type PortIntent, type Protocol, type PublishOptions } from '../../nat/index.js';
import { isLoopback } from '../../nat/ports.js';
import { type Check, integer, oneOf, readOptions } from '../../options.js';
import { PortsByNumber } from './booked-ports.js';

/** A port that is published. */
export interface PublishedPort extends PublishOptions {
  readonly protocol: Protocol;
  /** How many ports from there on; 1 for a single one. */
  readonly range: number;
}

/** Which published port is meant: the one that has this host port, or the range that begins with it. */
export interface PublishedReference {
  readonly hostPort: number;
  /** 'tcp' by default. */
  readonly protocol?: Protocol;
  /** Where the same port is published on several addresses. */
  readonly hostAddress?: string;
}

/** Which ports of a container shall go. */
export type Unwanted = (port: PortIntent) => boolean;

/**
 * Reads one port or several, which must not be in each other's way.
 * @throws {TypeError | RangeError} that begins with `option`
 */
export const checkPorts: Check<readonly PortIntent[]> = (value, option) => {
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value];
  const ports = list.map((one, i) => checkPort(one, Array.isArray(value) ? `${option}[${i}]` : option));
  const earlier = new PortsByNumber<{ readonly port: PortIntent; readonly i: number }>();
  for (const [i, port] of ports.entries()) {
    if (port.hostPort === 0) continue; // whichever is found is in nobody's way
    const other = earlier.conflict(port);
    if (other !== undefined)
      throw new RangeError(`${option}[${i}]: hostPort: is in the way of ${option}[${other.i}]`);
    earlier.add({ port, i });
  }
  return ports;
};

/** Reads which ports to take back; absent: all. */
export function checkReferences(value: unknown, option: string): Unwanted {
  if (value === undefined) return () => true;
  const list: readonly unknown[] = Array.isArray(value) ? Array.from(value) : [value];
  const wanted = list.map((one, i) => {
    const place = Array.isArray(value) ? `${option}[${i}]` : option;
    const { hostPort, protocol, hostAddress } = readOptions(
      place,
      one,
      { hostPort: integer(1, 65_535) },
      { protocol: oneOf('tcp', 'udp', 'sctp'), hostAddress: (text) => text },
    );
    // Its address is checked as one to publish on.
    const { hostAddress: address } = checkPort(
      { hostPort, containerPort: 1, ...(hostAddress !== undefined && { hostAddress: String(hostAddress) }) },
      place,
    );
    return { hostPort, protocol: protocol ?? 'tcp', address };
  });
  const byNumber = new Map<number, typeof wanted>();
  for (const one of wanted) byNumber.set(one.hostPort, [...(byNumber.get(one.hostPort) ?? []), one]);
  return (port) =>
    (byNumber.get(port.hostPort) ?? []).some(
      ({ protocol, address }) =>
        port.protocol === protocol &&
        (address === undefined ? !isLoopback(port) : port.hostAddress === address),
    );
}

/** As callers see it. */
export function publishedPort({
  hostPort,
  containerPort,
  protocol,
  hostAddress,
  range,
}: PortIntent): PublishedPort {
  return { hostPort, containerPort, protocol, ...(hostAddress !== undefined && { hostAddress }), range };
}
