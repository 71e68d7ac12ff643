// Owns which addresses a container on a network gets: one of each family, or those it asks for. The subnets of a family are
// one after the other, as if they were one. Must not know links or claims; one subnet's addresses are ./allocator's.

import { NetworkError } from '../../errors.js';
import { type Family, familyOf } from './address.js';
import type { AddressRange } from './address-range.js';
import { AddressAllocator } from './allocator.js';
import { addressAt, contains, lastHost, offsetOf, type Subnet } from './subnet.js';

/** A subnet of a network, and the network's own address in it. */
export interface NetworkSubnet extends Subnet {
  readonly gateway: string;
}

/** An address as a container has it. */
export interface AssignedAddress {
  readonly family: Family;
  /** Canonical, without prefix. */
  readonly address: string;
  /** The prefix length. */
  readonly prefix: number;
  /** Of its subnet. */
  readonly gateway: string;
}

export interface NetworkAddressesOptions {
  /** Addresses that are taken already; those outside the subnets are ignored. */
  readonly taken?: Iterable<string>;
  /** Not chosen, though whoever asks for one has it. */
  readonly exclude?: readonly AddressRange[];
  /** Choose from these only, in the subnets that have any. */
  readonly ranges?: readonly AddressRange[];
}

export class NetworkAddresses {
  readonly subnets: readonly NetworkSubnet[];
  readonly #allocators: readonly AddressAllocator[];
  readonly #families: readonly Family[];

  constructor(
    subnets: readonly NetworkSubnet[],
    { taken, exclude = [], ranges = [] }: NetworkAddressesOptions = {},
  ) {
    this.subnets = subnets;
    const known = [...(taken ?? [])];
    this.#allocators = subnets.map((subnet) => {
      const range = ranges.find(({ first }) => contains(subnet, first));
      const reserved = [subnet.gateway];
      return new AddressAllocator(subnet, { taken: known, exclude, reserved, ...(range && { range }) });
    });
    this.#families = ([4, 6] as const).filter((family) => subnets.some((subnet) => subnet.family === family));
  }

  /** What all calls together cost; see {@link AddressAllocator.steps}. */
  get steps(): number {
    return this.#allocators.reduce((sum, { steps }) => sum + steps, 0);
  }

  /** Whether `take` would fail, by what is known here. */
  seemsTaken(wanted: readonly string[]): boolean {
    if (wanted.some((address) => this.#of(address)?.isTaken(address))) return true;
    return this.#missing(wanted).some((family) => this.#allocatorsOf(family).every(({ full }) => full));
  }

  /**
   * Takes the wanted addresses, and one of each family that has none of them: as far into its range as the other family's is
   * into its own, where that one is free. An address that is used again then has the same companion, and both the MAC they had.
   * @param wanted canonical addresses of hosts in the subnets
   * @param distance how far beyond the lowest that is free
   * @returns those of IPv4 first
   * @throws {NetworkError} ESUBNETFULL, EADDRTAKEN; nothing is taken then
   */
  take(wanted: readonly string[] = [], distance = 0): readonly AssignedAddress[] {
    const taken: string[] = [];
    try {
      for (const address of wanted) taken.push(this.#of(address)?.take(address) ?? address);
      for (const family of this.#missing(wanted)) taken.push(this.#choose(family, taken[0], distance));
    } catch (error) {
      for (const address of taken) this.release(address);
      throw error;
    }
    // The MAC follows from the first, so it must not matter which one was asked for.
    return taken.map((address) => this.#assigned(address)).sort((a, b) => a.family - b.family);
  }

  /** What the addresses of a container are like as long as no subnet is full: the gateways of the first ones. */
  get likely(): readonly AssignedAddress[] {
    return this.#families.flatMap((family) => {
      const subnet = this.subnets.find((one) => one.family === family);
      return subnet === undefined ? [] : [this.#assigned(subnet.gateway)];
    });
  }

  /** Notes that somebody has the address. */
  markTaken(address: string): void {
    for (const allocator of this.#allocators) allocator.markTaken(address);
  }

  /** Gives an address back, to be given again after all others. */
  release(address: string): void {
    for (const allocator of this.#allocators) allocator.release(address);
  }

  /** Sets what is taken to what was just read from the kernel; see {@link AddressAllocator.resync}. */
  resync(taken: Iterable<string>): void {
    const known = [...taken];
    for (const allocator of this.#allocators) allocator.resync(known);
  }

  #missing(wanted: readonly string[]): readonly Family[] {
    return this.#families.filter((family) => wanted.every((address) => familyOf(address) !== family));
  }

  #choose(family: Family, first: string | undefined, distance: number): string {
    const paired =
      first === undefined || familyOf(first) === family ? undefined : this.#pairOf(family, first);
    if (paired !== undefined) return this.#of(paired)?.take(paired) ?? paired;
    const allocators = this.#allocatorsOf(family);
    const allocator = allocators.find(({ full }) => !full);
    if (allocator !== undefined) return distance === 0 ? allocator.take() : allocator.takeBeyond(distance);
    const all = allocators.map(({ subnet }) => subnet.cidr).join(' and ');
    throw new NetworkError('ESUBNETFULL', `subnet full: no address is left in ${all}`);
  }

  // The address of that family which stands as far into all its subnets as the other one into its own.
  #pairOf(family: Family, other: string): string | undefined {
    let index = 0;
    for (const { subnet } of this.#allocatorsOf(familyOf(other))) {
      const offset = offsetOf(subnet, other);
      if (offset === undefined) index += subnet.size;
      else {
        index += offset;
        break;
      }
    }
    for (const allocator of this.#allocatorsOf(family)) {
      const { subnet } = allocator;
      if (index > lastHost(subnet)) {
        index -= subnet.size;
        continue;
      }
      const address = index > 0 ? addressAt(subnet, index) : undefined;
      const fits = address !== undefined && allocator.mayChoose(address) && !allocator.isTaken(address);
      return fits ? address : undefined;
    }
    return undefined;
  }

  #allocatorsOf(family: Family): readonly AddressAllocator[] {
    return this.#allocators.filter(({ subnet }) => subnet.family === family);
  }

  #of(address: string): AddressAllocator | undefined {
    if (this.#allocators.length === 1) return this.#allocators[0];
    return this.#allocators.find(({ subnet }) => contains(subnet, address));
  }

  #assigned(address: string): AssignedAddress {
    const index =
      this.subnets.length === 1 ? 0 : this.subnets.findIndex((subnet) => contains(subnet, address));
    const { family, prefix, gateway } = this.subnets[index] as NetworkSubnet;
    return { family, address, prefix, gateway };
  }
}
