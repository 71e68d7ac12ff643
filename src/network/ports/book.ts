// Which ports of a host are published, by all processes: read from the claims on its links, and remembered for as long as nobody
// else can have changed them. The caller holds the host's lock exclusively.

import type { Namespace } from '../../namespace.js';
import { conflicts, type PortIntent } from '../../nat/index.js';
import { parseLabel } from '../formats/label-reader.js';
import { parsePortClaim } from '../formats/port-claims.js';
import { changeStamp, stampChange } from '../host-lock.js';

/** A published port and whose it is. */
export interface Booked {
  readonly network: string;
  readonly container: string;
  readonly port: PortIntent;
}

/** All published ports of a host. */
export class PortBook {
  readonly #host: Namespace;
  #ports = new BookedPorts([]);
  #stamp: bigint | undefined;

  constructor(host: Namespace) {
    this.#host = host;
  }

  /**
   * Opens the book for changes: what others did meanwhile is read. Returns whether nobody did anything, so that what else was remembered of
   * the networks since it was last open is true too. A process that finds its own stamp needs not list a thousand links for each port.
   */
  async open(): Promise<boolean> {
    const undisturbed = this.#stamp !== undefined && this.#stamp === changeStamp(this.#host);
    if (!undisturbed) await this.reread();
    this.#stamp = stampChange(this.#host);
    return undisturbed;
  }

  /** Reads all claims anew. */
  async reread(): Promise<void> {
    this.#ports = new BookedPorts(await readClaims(this.#host));
  }

  /** Whether something is in the way of this port, as far as is remembered; if so, `conflict` knows. */
  mayConflict(port: PortIntent): boolean {
    return this.#ports.conflict(port) !== undefined;
  }

  /** Whose port is in the way of this one. What is remembered may be gone by now, with its container: then it is read anew. */
  async conflict(port: PortIntent): Promise<Booked | undefined> {
    if (!this.mayConflict(port)) return undefined;
    await this.reread();
    return this.#ports.conflict(port);
  }

  add(booked: Booked): void {
    this.#ports.add(booked);
  }

  /** Forgets a port; nothing where it is not there. */
  remove(booked: Booked): void {
    this.#ports.remove(booked);
  }

  /** What a container has published. */
  portsOf(network: string, container: string): readonly PortIntent[] {
    return this.#ports.all
      .filter((one) => one.network === network && one.container === container)
      .map(({ port }) => port);
  }

  /** Whether a network has published anything that `fits`. */
  some(network: string, fits: (port: PortIntent) => boolean): boolean {
    return this.#ports.all.some((one) => one.network === network && fits(one.port));
  }
}

/** Published ports, found by their host port. */
class BookedPorts {
  readonly #single = new Map<number, readonly Booked[]>();
  #ranges: readonly Booked[] = [];

  constructor(booked: Iterable<Booked>) {
    for (const one of booked) this.add(one);
  }

  get all(): readonly Booked[] {
    return [...this.#ranges, ...[...this.#single.values()].flat()];
  }

  conflict(port: PortIntent): Booked | undefined {
    const near = port.range === 1 ? [...this.#at(port.hostPort), ...this.#ranges] : this.all;
    return near.find((one) => conflicts(one.port, port));
  }

  add(booked: Booked): void {
    const { hostPort, range } = booked.port;
    if (range > 1) this.#ranges = [...this.#ranges, booked];
    else this.#single.set(hostPort, [...this.#at(hostPort), booked]);
  }

  remove({ network, container, port }: Booked): void {
    const others = (one: Booked) =>
      one.network !== network ||
      one.container !== container ||
      one.port.hostPort !== port.hostPort ||
      !conflicts(one.port, port);
    this.#ranges = this.#ranges.filter(others);
    const left = this.#at(port.hostPort).filter(others);
    if (left.length > 0) this.#single.set(port.hostPort, left);
    else this.#single.delete(port.hostPort);
  }

  #at(hostPort: number): readonly Booked[] {
    return this.#single.get(hostPort) ?? [];
  }
}

async function readClaims(host: Namespace): Promise<Booked[]> {
  const links = await host.links.list({ kind: 'veth' });
  return links.flatMap(({ alias, altNames = [] }) => {
    const ports = altNames.flatMap((name) => parsePortClaim(name) ?? []);
    const label = ports.length === 0 ? undefined : parseLabel(alias);
    if (label?.kind !== 'hostLink') return [];
    return ports.map((port) => ({ network: label.network, container: label.container, port }));
  });
}
