// Connections that the kernel goes on with although what they led to is gone: ended through ctnetlink, so that the next packet is
// looked at anew. Which ones belong to a port, an address, a network. Off the path of those who attach and detach: who asks while
// the kernel is at it goes with the next round.

import { binding, type FlowPattern } from '../../binding.js';
import { unwrap } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import { families } from '../../nat/family.js';
import {
  familyOf,
  isLoopback,
  isOfFamily,
  type PortIntent,
  protocolNumbers,
  singleAddress,
} from '../../nat/index.js';
import { ownAddresses } from './own-addresses.js';

/** What a container's published ports led to it. `conntrack -D -p udp --orig-port-dst 8080 --reply-src 172.16.0.2 --reply-port-src 80` */
export function flowsOfPorts(
  addresses: readonly string[],
  ports: readonly PortIntent[],
): readonly FlowPattern[] {
  return ports.flatMap((port) =>
    families.flatMap((family) => {
      const replySource = addresses.find((address) => familyOf(address) === family);
      if (replySource === undefined || !isOfFamily(port, family)) return [];
      const single = singleAddress(port);
      return {
        ...portsOf(port),
        replySource,
        replySourcePorts: spanOf(port.containerPort, port),
        ...(single !== undefined && { originalDestination: single }),
      };
    }),
  );
}

/**
 * What went to ports of the host before they were published: to the host itself, or to a container that somebody else took away. A
 * sender that never pauses would go on there.
 */
export function flowsToPorts(
  hostAddresses: Iterable<string>,
  ports: readonly PortIntent[],
): readonly FlowPattern[] {
  const outward = [...hostAddresses].filter((address) => !isOnLoopback(address));
  return ports.flatMap((port) => {
    const single = singleAddress(port);
    const meant = single === undefined ? outward.filter((one) => isOfFamily(port, familyOf(one))) : [single];
    return meant.map((originalDestination) => ({ ...portsOf(port), originalDestination }));
  });
}

function isOnLoopback(hostAddress: string): boolean {
  return isLoopback({ hostAddress }) || hostAddress === '::1';
}

/** What came from addresses or ranges, and what went to them by whichever way. `conntrack -D -s 172.16.0.2; conntrack -D -r 172.16.0.2` */
export function flowsOf(addresses: readonly string[]): readonly FlowPattern[] {
  return addresses.flatMap((address) => [{ originalSource: address }, { replySource: address }]);
}

function portsOf(port: PortIntent): Pick<FlowPattern, 'protocol' | 'originalDestinationPorts'> {
  return { protocol: protocolNumbers[port.protocol], originalDestinationPorts: spanOf(port.hostPort, port) };
}

function spanOf(first: number, { range }: PortIntent): readonly [number, number] {
  return [first, first + range - 1];
}

/** The flows of one host, for whoever ends some. */
export class HostFlows {
  readonly #host: Namespace;
  #patterns: FlowPattern[] = [];
  #ports: PortIntent[] = [];
  #round: Promise<void> = Promise.resolve();

  constructor(host: Namespace) {
    this.#host = host;
  }

  /**
   * Fulfils when they have ended, and always: what could not be ended is told by a warning, for what it belonged to is gone by
   * then. Does nothing on a kernel without ctnetlink.
   * @param published ports that were published just now: what went to them before ends too
   */
  async end(patterns: readonly FlowPattern[], published: readonly PortIntent[] = []): Promise<void> {
    this.#patterns.push(...patterns);
    this.#ports.push(...published.filter(mayGoOn));
    if (this.#patterns.length + this.#ports.length === 0) return;
    const mine = this.#round.then(() => this.#endWaiting());
    this.#round = mine;
    await mine;
  }

  /** Fulfils when nothing is under way. */
  async idle(): Promise<void> {
    await this.#round;
  }

  async #endWaiting(): Promise<void> {
    const patterns = this.#patterns.splice(0);
    const ports = this.#ports.splice(0);
    if (patterns.length + ports.length === 0) return; // the round before took them along
    try {
      if (ports.length > 0) patterns.push(...flowsToPorts(await ownAddresses(this.#host), ports));
      unwrap(await binding.dropFlows(this.#host.handle, patterns));
    } catch (error) {
      const message = `connections to what is gone could not be ended: ${String(error)}`;
      process.emitWarning(message, 'NetplumbWarning');
    }
  }
}

/** Of TCP a connection that led nowhere is begun anew, by a packet that the kernel knows for its first. */
function mayGoOn({ protocol }: PortIntent): boolean {
  return protocol !== 'tcp';
}
