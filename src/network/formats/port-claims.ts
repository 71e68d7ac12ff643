// Owns the text of port claims: altnames on a container's host link, one for each port or range it has published. The kernel
// drops them with the link, so nothing is published for a container that is gone; and they outlive whoever flushes rules.
// Must not know links or rules.

import { checkPort, type PortIntent } from '../../nat/ports.js';

// A network's name is never empty, so this is no claim of an address or a container.
const prefix = 'np1::';

/** `np1::tcp:8080:80:*`, `np1::udp:30000+1000:40000:192.0.2.2`. */
export function portClaim({ protocol, hostAddress, hostPort, containerPort, range }: PortIntent): string {
  const ports = range === 1 ? '' : `+${range}`;
  return `${prefix}${protocol}:${hostPort}${ports}:${containerPort}:${hostAddress ?? '*'}`;
}

const pattern = /^np1::([a-z]+):(\d{1,5})(?:\+(\d{1,5}))?:(\d{1,5}):([0-9a-f:.]+|\*)$/;

/** What an altname claims; undefined for one that is no port claim of this version. */
export function parsePortClaim(altName: string): PortIntent | undefined {
  const [, protocol, hostPort, range, containerPort, address] = pattern.exec(altName) ?? [];
  if (protocol === undefined) return undefined;
  try {
    const port = checkPort({
      protocol,
      hostPort: Number(hostPort),
      containerPort: Number(containerPort),
      range: Number(range ?? 1),
      ...(address !== '*' && { hostAddress: address }),
    });
    return portClaim(port) === altName && port.hostPort > 0 ? port : undefined;
  } catch {
    return undefined;
  }
}
