// Published ports, found by their host port: a new one is not compared with all others. Pure. Must not know where they are kept.

import { conflicts, type PortIntent } from '../../nat/index.js';

/** A published port and whose it is. */
export interface Booked {
  readonly network: string;
  readonly container: string;
  readonly port: PortIntent;
}

/** Published ports, found by their host port. */
export class BookedPorts {
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
