// Which ports of a host are published, by all processes: read from the claims on its links, and remembered for as long as nobody
// else can have changed them. The caller holds the host's lock exclusively.

import type { Namespace } from '../../namespace.js';
import type { PortIntent } from '../../nat/index.js';
import { parseLabel } from '../formats/label-reader.js';
import { parsePortClaim } from '../formats/port-claims.js';
import type { HeldLock } from '../host-lock.js';
import { type Booked, BookedPorts } from './booked-ports.js';

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
  async open(lock: HeldLock): Promise<boolean> {
    const [former, present] = lock.stamp();
    const undisturbed = this.#stamp === former;
    this.#stamp = undefined;
    if (!undisturbed) await this.reread();
    this.#stamp = present;
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
    return this.#ports.portsOf(network, container);
  }

  /** Whether a network has published anything that `fits`. */
  some(network: string, fits: (port: PortIntent) => boolean): boolean {
    return this.#ports.all.some((one) => one.network === network && fits(one.port));
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
