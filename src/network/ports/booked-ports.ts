// Ports found by their host port: a new one is not compared with all others. Published ports, found by their container too. Pure.
// Must not know where they are kept.

import { conflicts, type PortIntent } from '../../nat/index.js';

/** Things that each have a port, found by what is in its way. */
export class PortsByNumber<One extends { readonly port: PortIntent }> {
  readonly #single = new Map<number, readonly One[]>();
  readonly #ranges = new Set<One>();

  get all(): readonly One[] {
    return [...this.#ranges, ...[...this.#single.values()].flat()];
  }

  /** One that is in the way of a port. */
  conflict(port: PortIntent): One | undefined {
    for (const some of this.#near(port)) for (const one of some) if (conflicts(one.port, port)) return one;
    return undefined;
  }

  /** All whose first port this is. */
  beginningAt(hostPort: number): readonly One[] {
    const ranges = [...this.#ranges].filter(({ port }) => port.hostPort === hostPort);
    return [...ranges, ...this.#at(hostPort)];
  }

  add(one: One): void {
    const { hostPort, range } = one.port;
    if (range > 1) this.#ranges.add(one);
    else this.#setSingle(hostPort, [...this.#at(hostPort), one]);
  }

  remove(one: One): void {
    const { hostPort, range } = one.port;
    if (range > 1) this.#ranges.delete(one);
    else
      this.#setSingle(
        hostPort,
        this.#at(hostPort).filter((other) => other !== one),
      );
  }

  #near({ hostPort, range }: PortIntent): Iterable<Iterable<One>> {
    return [this.#ranges, ...(range > 1 ? this.#single.values() : [this.#at(hostPort)])];
  }

  #at(hostPort: number): readonly One[] {
    return this.#single.get(hostPort) ?? [];
  }

  #setSingle(hostPort: number, some: readonly One[]): void {
    if (some.length > 0) this.#single.set(hostPort, some);
    else this.#single.delete(hostPort);
  }
}

/** A published port and whose it is. */
export interface Booked {
  readonly network: string;
  readonly container: string;
  readonly port: PortIntent;
}

/** Published ports. */
export class BookedPorts {
  readonly #ports = new PortsByNumber<Booked>();
  readonly #containers = new Map<string, Set<Booked>>();

  constructor(booked: Iterable<Booked>) {
    for (const one of booked) this.add(one);
  }

  get all(): readonly Booked[] {
    return this.#ports.all;
  }

  portsOf(network: string, container: string): readonly PortIntent[] {
    return [...(this.#containers.get(containerKey({ network, container })) ?? [])].map(({ port }) => port);
  }

  conflict(port: PortIntent): Booked | undefined {
    return this.#ports.conflict(port);
  }

  add(booked: Booked): void {
    this.#ports.add(booked);
    const key = containerKey(booked);
    const its = this.#containers.get(key);
    if (its === undefined) this.#containers.set(key, new Set([booked]));
    else its.add(booked);
  }

  /** Takes out what the container has of that; nothing where it has none. */
  remove(gone: Booked): void {
    const key = containerKey(gone);
    const its = this.#containers.get(key);
    for (const one of this.#ports.beginningAt(gone.port.hostPort)) {
      if (its?.has(one) !== true || !conflicts(one.port, gone.port)) continue;
      this.#ports.remove(one);
      its.delete(one);
    }
    if (its?.size === 0) this.#containers.delete(key);
  }
}

// No name has a space.
function containerKey({ network, container }: Pick<Booked, 'network' | 'container'>): string {
  return `${network} ${container}`;
}
