// What a round of changes stands on: the bridge, the containers, and a book that is true. Read from the kernel, or remembered where nobody
// can have changed it; where a container seems to have gone without a word, what led to it goes first. The caller holds the lock exclusively.

import type { Namespace } from '../../namespace.js';
import type { NetworkIntent, PortIntent } from '../../nat/index.js';
import type { HostNat } from '../host/nat.js';
import { intentOf } from '../host/nat-intent.js';
import type { HeldLock } from '../host-lock.js';
import { findPort } from '../removal/detach.js';
import { settled } from '../settled.js';
import { natOf, openBridge, type StandingBridge } from '../standing.js';
import type { PortBook } from './book.js';
import { closeLocalWay } from './local-way.js';
import { type Prospect, type Publishing, publishing } from './prospect.js';

export interface KnownBridge extends StandingBridge {
  readonly intent: NetworkIntent;
}

export interface Ground {
  readonly bridge: KnownBridge;
  /** The container of each that asks, or why there is none. */
  readonly found: readonly (() => Publishing)[];
}

/** Who asks: for what is known of its container. */
interface Asking {
  readonly container: string;
  /** Where this process attached the container just now. */
  readonly prospect: Prospect | undefined;
  readonly add: readonly PortIntent[];
}

/** The ground of one network's ports. */
export class PortGround {
  readonly #host: Namespace;
  readonly #nat: HostNat;
  readonly #network: string;
  readonly #index: number;
  readonly #book: PortBook;
  #bridge: KnownBridge | undefined;

  constructor(host: Namespace, nat: HostNat, { label, index }: StandingBridge, book: PortBook) {
    this.#host = host;
    this.#nat = nat;
    this.#network = label.network;
    this.#index = index;
    this.#book = book;
  }

  /** The bridge as it was read last; still so where the book is undisturbed. */
  get bridge(): KnownBridge | undefined {
    return this.#bridge;
  }

  async of(round: readonly Asking[], lock: HeldLock): Promise<Ground> {
    const undisturbed = this.#book.open(lock);
    const ground = (undisturbed && this.#remembered(round)) || (await this.#read(round));
    if (!undisturbed || this.#isStale(round, ground)) await this.#refresh();
    return ground;
  }

  /** Reads the claims anew, and takes out what leads to none. */
  async renew(lock: HeldLock): Promise<void> {
    this.#book.open(lock);
    this.#bridge = undefined; // that was not read
    await this.#refresh();
  }

  /**
   * Takes out rules that lead to ports nobody claims, of all networks with the same backend: their container went without a word, with its
   * namespace, and its address may be another's by now.
   * @throws {NatError}
   */
  async removeStrays(): Promise<void> {
    const { label } = await openBridge(this.#host, this.#network, this.#index);
    const backend = natOf(label);
    if (backend === false) return;
    await this.#nat
      .of(backend)
      .prune(intentOf(label), (network, container) => this.#book.portsOf(network, container));
  }

  async #refresh(): Promise<void> {
    await this.#book.reread();
    await this.removeStrays();
    await closeLocalWay(this.#host, this.#network, this.#book);
    this.#book.trust();
  }

  /** As nobody can have changed it since; undefined unless all that is asked for was attached just now. */
  #remembered(round: readonly Asking[]): Ground | undefined {
    const bridge = this.#bridge;
    if (bridge === undefined) return undefined;
    const found: (() => Publishing)[] = [];
    for (const { container, prospect } of round) {
      if (prospect === undefined || this.#book.portsOf(this.#network, container).length > 0) return undefined;
      const { links, addresses } = prospect;
      found.push(() => ({ links, intent: { container, addresses, ports: [] } }));
    }
    return { bridge, found };
  }

  async #read(round: readonly Asking[]): Promise<Ground> {
    const [bridge, ...found] = await Promise.all([
      openBridge(this.#host, this.#network, this.#index),
      ...round.map(({ container }) =>
        settled(findPort(this.#host, this.#network, container).then(publishing)),
      ),
    ]);
    this.#bridge = { ...bridge, intent: intentOf(bridge.label) };
    return { bridge: this.#bridge, found };
  }

  /** Whether a container seems to have gone: a port is taken, or the book says more of somebody than stands. */
  #isStale(round: readonly Asking[], { found }: Ground): boolean {
    return round.some(({ container, add }, i) => {
      if (add.some((port) => this.#book.conflict(port) !== undefined)) return true;
      const booked = this.#book.portsOf(this.#network, container);
      return booked.length > 0 && booked.length !== portsFound(found[i]).length;
    });
  }
}

function portsFound(found: (() => Publishing) | undefined): readonly PortIntent[] {
  try {
    return found?.().intent.ports ?? [];
  } catch {
    return []; // there is no such container
  }
}
