// A network's claims on ports: on the links of its containers and in the book, the same in both. What a change claims, and what it gives
// back where it fails. The caller holds the host's lock exclusively.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import type { PortChange, PortIntent } from '../../nat/index.js';
import { portClaim } from '../formats/port-claims.js';
import type { PortBook } from './book.js';
import { claimingPlan, type Links, type Prospect } from './prospect.js';

export class PortClaims {
  readonly #host: Namespace;
  readonly #network: string;
  readonly #book: PortBook;

  constructor(host: Namespace, network: string, book: PortBook) {
    this.#host = host;
    this.#network = network;
    this.#book = book;
  }

  /** Into the book only: nobody else of the round may have them. */
  remember(container: string, ports: readonly PortIntent[]): void {
    for (const port of ports) this.#book.add({ network: this.#network, container, port });
  }

  /** Out of the book only. */
  forget(container: string, ports: readonly PortIntent[]): void {
    for (const port of ports) this.#book.remove({ network: this.#network, container, port });
  }

  /** On the link; where that fails, the book is as before the change. */
  async claim(links: Links, change: PortChange, prospect: Prospect | undefined): Promise<void> {
    const { add, remove, container } = change;
    try {
      if (remove.length > 0) await this.#host.links.removeAltNames(links.claims, remove.map(portClaim));
      if (add.length > 0) await claimingPlan(this.#host, links, change, prospect).run();
    } catch (error) {
      this.forget(container.container, add);
      if (!isGone(error)) this.remember(container.container, remove);
      throw error;
    }
  }

  /** As they were before the change. */
  async takeBack(links: Links, { add, remove, container: { container } }: PortChange): Promise<void> {
    const { links: verbs } = this.#host;
    if (add.length > 0) await verbs.removeAltNames(links.claims, add.map(portClaim)).catch(() => undefined);
    this.forget(container, add);
    if (remove.length === 0) return;
    try {
      await verbs.addAltNames(links.claims, remove.map(portClaim));
      this.remember(container, remove);
    } catch {
      // its link is gone, or another container of this round has the port
    }
  }

  /** All that a container has, which is about to go; it may have gone. */
  async drop(link: number, container: string, ports: readonly PortIntent[]): Promise<void> {
    try {
      await this.#host.links.removeAltNames(link, ports.map(portClaim));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    this.forget(container, ports);
  }
}

/** Whether a link was not there. */
export function isGone(error: unknown): boolean {
  return error instanceof NetlinkError && error.code === 'ENODEV';
}
