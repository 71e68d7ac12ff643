// Which ports of a host are published, by all processes: read from the claims on its links, and remembered for as long as nobody
// else can have changed them. The caller holds the host's lock exclusively.

import { statSync, utimesSync } from 'node:fs';
import type { Namespace } from '../../namespace.js';
import { conflicts, type PortIntent } from '../../nat/index.js';
import { parseLabel } from '../formats/label-reader.js';
import { lockPath } from '../formats/lock.js';
import { parsePortClaim } from '../formats/port-claims.js';

/** A published port and whose it is. */
export interface Booked {
  readonly network: string;
  readonly container: string;
  readonly port: PortIntent;
}

/**
 * Who changes ports gives the lock's file another time stamp before it does. So a process that finds its own stamp there knows that
 * nobody else has, and needs not list a thousand links for each port.
 */
export class PortBook {
  readonly #host: Namespace;
  #booked: Booked[] = [];
  #stamp: bigint | undefined;

  constructor(host: Namespace) {
    this.#host = host;
  }

  /** Opens the book for changes: what others did meanwhile is read. */
  async open(): Promise<void> {
    if (this.#stamp === undefined || this.#stamp !== this.#read()) await this.reread();
    this.#mark();
  }

  /** Reads all claims anew. */
  async reread(): Promise<void> {
    this.#booked = await readClaims(this.#host);
  }

  /** Whether something is in the way of this port, as far as is remembered; if so, `conflict` knows. */
  mayConflict(port: PortIntent): boolean {
    return this.#find(port) !== undefined;
  }

  /** Whose port is in the way of this one. What is remembered may be gone by now, with its container: then it is read anew. */
  async conflict(port: PortIntent): Promise<Booked | undefined> {
    if (!this.mayConflict(port)) return undefined;
    await this.reread();
    return this.#find(port);
  }

  add(...booked: readonly Booked[]): void {
    this.#booked.push(...booked);
  }

  /** Forgets a port; nothing where it is not there. */
  remove({ network, container, port }: Booked): void {
    this.#booked = this.#booked.filter(
      (one) =>
        one.network !== network ||
        one.container !== container ||
        one.port.hostPort !== port.hostPort ||
        !conflicts(one.port, port),
    );
  }

  /** Whether a network has published anything that `fits`. */
  some(network: string, fits: (port: PortIntent) => boolean): boolean {
    return this.#booked.some((one) => one.network === network && fits(one.port));
  }

  #find(port: PortIntent): Booked | undefined {
    return this.#booked.find((one) => conflicts(one.port, port));
  }

  #read(): bigint | undefined {
    return statSync(lockPath(this.#host.inode), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
  }

  #mark(): void {
    const now = Date.now() / 1_000 + Math.random() / 1_000;
    utimesSync(lockPath(this.#host.inode), now, now);
    this.#stamp = this.#read();
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
