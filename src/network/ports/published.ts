// What callers may say about ports, at attach and later, and how published ports are told. Checked before any system call.

import {
  checkPort,
  conflicts,
  type PortIntent,
  type Protocol,
  type PublishOptions,
} from '../../nat/index.js';
import { isLoopback } from '../../nat/ports.js';
import { type Check, integer, oneOf, readOptions } from '../../options.js';

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
  for (const [i, port] of ports.entries()) {
    const other = ports.slice(0, i).findIndex((one) => one.hostPort !== 0 && conflicts(one, port));
    if (other >= 0) throw new RangeError(`${option}[${i}]: hostPort: is in the way of ${option}[${other}]`);
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
  return (port) =>
    wanted.some(
      ({ hostPort, protocol, address }) =>
        port.hostPort === hostPort &&
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
