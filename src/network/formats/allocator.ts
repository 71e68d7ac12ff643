// Owns which addresses of a subnet are free, as far as this process knows. The truth is the claims in the kernel: an
// address given here may still turn out to be claimed by another process; then mark it taken and take another.
// Must not know links or claims; which offset is free next is the business of ./free-offsets.

import { NetworkError } from '../../errors.js';
import { FreeOffsets } from './free-offsets.js';
import { addressAt, checkHostAddress, offsetOf, type Subnet } from './subnet.js';

export interface AllocatorOptions {
  /** Addresses that are taken already; those outside the subnet are ignored. */
  readonly taken?: Iterable<string>;
  /** Addresses never to give: the gateway, and what else the network keeps back. */
  readonly exclude?: Iterable<string>;
}

/**
 * Free addresses of one subnet. Gives addresses never used before first, then released ones, the longest released first:
 * neighbours may still hold an entry for an address that was just released.
 */
export class AddressAllocator {
  readonly subnet: Subnet;
  readonly #offsets: FreeOffsets;

  constructor(subnet: Subnet, options: AllocatorOptions = {}) {
    this.subnet = subnet;
    this.#offsets = new FreeOffsets(subnet.size);
    this.#offsets.exclude(0);
    this.#offsets.exclude(subnet.size - 1);
    for (const address of options.exclude ?? []) this.#at(address, (offset) => this.#offsets.exclude(offset));
    for (const address of options.taken ?? []) this.markTaken(address);
  }

  /** Addresses that `take()` can still give. */
  get free(): number {
    return this.#offsets.free;
  }

  get full(): boolean {
    return this.free === 0;
  }

  /** What all calls together cost, in bitmap words and queue entries looked at. */
  get steps(): number {
    return this.#offsets.steps;
  }

  /** Whether the address is taken or excluded; not so when it is outside the subnet. */
  isTaken(address: string): boolean {
    return this.#at(address, (offset) => this.#offsets.isTaken(offset)) ?? false;
  }

  /**
   * Takes the wanted address, or one of its own choice, and returns its canonical text.
   * @throws {NetworkError} ESUBNETFULL when none is free, EADDRTAKEN when the wanted one is not
   * @throws {RangeError} when the wanted one is outside the subnet, or its network or broadcast address
   */
  take(wanted?: string): string {
    if (wanted !== undefined) return this.#takeWanted(checkHostAddress(this.subnet, wanted));
    const offset = this.#offsets.take();
    if (offset !== undefined) return addressAt(this.subnet, offset);
    throw new NetworkError('ESUBNETFULL', `subnet full: no address is left in ${this.subnet.cidr}`);
  }

  /** Notes that somebody has the address. Ignores one outside the subnet. */
  markTaken(address: string): void {
    this.#at(address, (offset) => this.#offsets.mark(offset));
  }

  /** Gives the address back, to be given again after all others. Ignores one that is not taken, or is excluded. */
  release(address: string): void {
    this.#at(address, (offset) => this.#offsets.release(offset));
  }

  /**
   * Sets what is taken to what was just read from the kernel; addresses that another process released count as released
   * now. Addresses taken here whose claim is not yet sent are free again too: the kernel will refuse the second claim.
   */
  resync(taken: Iterable<string>): void {
    const standing = new Set<number>();
    for (const address of taken) this.#at(address, (offset) => standing.add(offset));
    for (const offset of standing) this.#offsets.mark(offset);
    this.#offsets.keepOnly(standing);
  }

  #takeWanted(address: string): string {
    if (this.isTaken(address)) throw new NetworkError('EADDRTAKEN', `address ${address} is taken`);
    this.markTaken(address);
    return address;
  }

  #at<T>(address: string, act: (offset: number) => T): T | undefined {
    const offset = offsetOf(this.subnet, address);
    return offset === undefined ? undefined : act(offset);
  }
}
