// Published ports, found by their host port: a new one is not compared with all others. Pure. Must not know where they are kept.

import { conflicts, type PortIntent } from '../../nat/index.js';

/** A published port and whose it is. */
export interface Booked {
  readonly network: string;
  readonly container: string;
  readonly port: PortIntent;
}

/** Published ports, found by their host port, and by their container. */
export class BookedPorts {
  readonly #single = new Map<number, readonly Booked[]>();
  #ranges: readonly Booked[] = [];
  readonly #containers = new Map<string, readonly Booked[]>();

  constructor(booked: Iterable<Booked>) {
    for (const one of booked) this.add(one);
  }

  get all(): readonly Booked[] {
    return [...this.#ranges, ...[...this.#single.values()].flat()];
  }

  portsOf(network: string, container: string): readonly PortIntent[] {
    return (this.#containers.get(containerKey({ network, container })) ?? []).map(({ port }) => port);
  }

  conflict(port: PortIntent): Booked | undefined {
    const near = port.range === 1 ? [...(this.#single.get(port.hostPort) ?? []), ...this.#ranges] : this.all;
    return near.find((one) => conflicts(one.port, port));
  }

  add(booked: Booked): void {
    const { hostPort, range } = booked.port;
    if (range > 1) this.#ranges = [...this.#ranges, booked];
    else append(this.#single, hostPort, booked);
    append(this.#containers, containerKey(booked), booked);
  }

  /** Takes out what the container has of that; nothing where it has none. */
  remove(gone: Booked): void {
    const { port } = gone;
    const stays = (one: Booked) =>
      containerKey(one) !== containerKey(gone) ||
      one.port.hostPort !== port.hostPort ||
      !conflicts(one.port, port);
    this.#ranges = this.#ranges.filter(stays);
    reduce(this.#single, port.hostPort, stays);
    reduce(this.#containers, containerKey(gone), stays);
  }
}

// No name has a space.
function containerKey({ network, container }: Pick<Booked, 'network' | 'container'>): string {
  return `${network} ${container}`;
}

function append<Key>(lists: Map<Key, readonly Booked[]>, key: Key, booked: Booked): void {
  lists.set(key, [...(lists.get(key) ?? []), booked]);
}

function reduce<Key>(lists: Map<Key, readonly Booked[]>, key: Key, stays: (one: Booked) => boolean): void {
  const left = (lists.get(key) ?? []).filter(stays);
  if (left.length > 0) lists.set(key, left);
  else lists.delete(key);
}
