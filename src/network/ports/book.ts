// Which ports of a host are published, by all processes: read from the claims on its links, and remembered for as long as nobody
// else can have changed them. The caller holds the host's lock exclusively.

import type { Namespace } from '../../namespace.js';
import type { PortIntent } from '../../nat/index.js';
import { type Claim, parseClaim } from '../formats/claims.js';
import { parseLabel } from '../formats/label-reader.js';
import { parsePortClaim } from '../formats/port-claims.js';
import type { HeldLock } from '../host-lock.js';
import { type Booked, BookedPorts } from './booked-ports.js';

/** All published ports of a host. */
export class PortBook {
  readonly #host: Namespace;
  #ports = new BookedPorts([]);
  #stamp: bigint | undefined;
  #present: bigint | undefined;

  constructor(host: Namespace) {
    this.#host = host;
  }

  /**
   * Opens the book for changes. Returns whether nobody else did anything since it was open last, so that it is true, and what else was remembered
   * of the networks since; otherwise it is to be read anew. A process that finds its own stamp needs not list a thousand links for each port.
   */
  open(lock: HeldLock): boolean {
    const [former, present] = lock.stamp();
    const undisturbed = this.#stamp !== undefined && this.#stamp === former;
    this.#present = present;
    this.#stamp = undisturbed ? present : undefined;
    return undisturbed;
  }

  /** Reads all claims anew, and forgets what was not claimed yet. Until somebody trusts it, it will be read again when it is opened next. */
  async reread(): Promise<void> {
    this.#stamp = undefined;
    this.#ports = new BookedPorts(await readClaims(this.#host));
  }

  /** This process itself left another stamp, and changed nothing that is in it. */
  stamped(former: bigint, present: bigint): void {
    if (this.#stamp === former) this.#stamp = present;
  }

  /** It may not be true any more, or what rests on it is not. */
  distrust(): void {
    this.#stamp = undefined;
  }

  /** What rests on the claims was brought in line with them, too. */
  trust(): void {
    this.#stamp = this.#present;
  }

  /** Whose port is in the way of this one. It may be gone by now, with its container, unless the book was read since. */
  conflict(port: PortIntent): Booked | undefined {
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

function isContainers(claim: Claim | undefined): claim is Claim & { kind: 'container' } {
  return claim?.kind === 'container';
}

async function readClaims(host: Namespace): Promise<Booked[]> {
  const links = await host.links.list({ kind: 'veth' });
  return links.flatMap(({ alias, altNames = [] }) => {
    const ports = altNames.flatMap((name) => parsePortClaim(name) ?? []);
    if (ports.length === 0) return [];
    const label = parseLabel(alias);
    // A newer netplumb's, perhaps: its claim says whose it is.
    const owner = label?.kind === 'hostLink' ? label : altNames.map(parseClaim).find(isContainers);
    if (owner === undefined) return [];
    return ports.map((port) => ({ network: owner.network, container: owner.container, port }));
  });
}
