// Owns which addresses of a subnet are free, as far as this process knows. The truth is the claims in the kernel: an
// address given here may still turn out to be claimed by another process; then mark it taken and take another.
// Must not know links or claims; which offset is free next is the business of ./free-offsets.

import { NetworkError } from '../../errors.js';
import type { AddressRange } from './address-range.js';
import { FreeOffsets, type Interval } from './free-offsets.js';
import { addressAt, checkHostAddress, contains, lastHost, offsetOf, type Subnet } from './subnet.js';

export interface AllocatorOptions {
  /** Addresses that are taken already; those outside the subnet are ignored. */
  readonly taken?: Iterable<string>;
  /** Addresses that are nobody's to have: the gateway. */
  readonly reserved?: Iterable<string>;
  /** Addresses that are not chosen here; who wants one by name may have it. */
  readonly exclude?: Iterable<AddressRange>;
  /** Choose only from these. */
  readonly range?: AddressRange;
}

/**
 * Free addresses of one subnet. Gives addresses never used before first, then released ones, the longest released first:
 * neighbours may still hold an entry for an address that was just released.
 */
export class AddressAllocator {
  readonly subnet: Subnet;
  readonly #offsets: FreeOffsets;
  readonly #reserved: ReadonlySet<number>;

  constructor(subnet: Subnet, options: AllocatorOptions = {}) {
    const { taken = [], reserved = [], exclude = [], range } = options;
    this.subnet = subnet;
    this.#reserved = new Set([...reserved].flatMap((address) => offsetOf(subnet, address) ?? []));
    const excluded: Interval[] = [
      [0, 0],
      [lastHost(subnet) + 1, subnet.size],
      ...[...this.#reserved].map((offset): Interval => [offset, offset]),
      ...[...exclude].flatMap((one) => intervals(subnet, one)),
    ];
    if (range !== undefined) {
      const [first, last] = intervals(subnet, range)[0] ?? [subnet.size, subnet.size];
      excluded.push([0, first - 1], [last + 1, subnet.size]);
    }
    this.#offsets = new FreeOffsets(subnet.size, excluded);
    for (const address of taken) this.markTaken(address);
  }

  /** Addresses that `take()` can still give. */
  get free(): number {
    return this.#offsets.free;
  }

  get full(): boolean {
    return this.free === 0;
  }

  /** What all calls together cost, in bitmap words, intervals and queue entries looked at. */
  get steps(): number {
    return this.#offsets.steps;
  }

  /** Whether the address is taken or reserved; not so when it is outside the subnet, or so far in that only the kernel knows. */
  isTaken(address: string): boolean {
    return (
      this.#at(address, (offset) => this.#reserved.has(offset) || this.#offsets.isTaken(offset)) ?? false
    );
  }

  /** Whether `take()` might choose it, now or later. */
  mayChoose(address: string): boolean {
    return this.#at(address, (offset) => !this.#offsets.isExcluded(offset)) ?? false;
  }

  /**
   * Takes the wanted address, or one of its own choice, and returns its canonical text.
   * @throws {NetworkError} ESUBNETFULL when none is free, EADDRTAKEN when the wanted one is not
   * @throws {RangeError} when the wanted one is outside the subnet, or its network or broadcast address
   */
  take(wanted?: string): string {
    if (wanted !== undefined) return this.#takeWanted(checkHostAddress(this.subnet, wanted));
    return this.#taken(this.#offsets.take());
  }

  /** Takes one so far beyond the lowest that is free, where there is one. @throws {NetworkError} ESUBNETFULL */
  takeBeyond(distance: number): string {
    return this.#taken(this.#offsets.takeBeyond(distance));
  }

  #taken(offset: number | undefined): string {
    if (offset !== undefined) return addressAt(this.subnet, offset);
    throw new NetworkError('ESUBNETFULL', `subnet full: no address is left in ${this.subnet.cidr}`);
  }

  /** Notes that somebody has the address. Ignores one outside the subnet. */
  markTaken(address: string): void {
    this.#at(address, (offset) => this.#offsets.mark(offset));
  }

  /** Gives the address back, to be given again after all others. Ignores one that is not taken. */
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

/** The offsets of a range that lies within one subnet; none where that is another. */
function intervals(subnet: Subnet, { first, last }: AddressRange): readonly Interval[] {
  const start = offsetOf(subnet, first);
  const end = offsetOf(subnet, last);
  return start === undefined || !contains(subnet, last) ? [] : [[start, end ?? subnet.size]];
}
