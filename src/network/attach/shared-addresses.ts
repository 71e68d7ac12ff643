// The addresses of a network that several processes give away: each remembers which are taken, and the kernel decides. What to take
// instead of one that somebody else had. Must not know how an address is claimed.

import { NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import {
  type AssignedAddress,
  NetworkAddresses,
  type NetworkAddressesOptions,
  type NetworkSubnet,
} from '../formats/network-addresses.js';
import {
  addressesOf,
  listEndpoints,
  listEndpointsSync,
  type StandingBridge,
  type StandingEndpoints,
} from '../standing.js';

/** How far from the lowest free address, at most, who meets another process goes on. */
const outOfTheWay = 64;

/** That one of the addresses chosen for a container could not be claimed. */
export interface Refusal {
  readonly taken: string;
  readonly chosen: readonly AssignedAddress[];
  /** Those that were asked for. */
  readonly wanted: readonly string[];
  readonly cause: unknown;
}

/** Hears which addresses the kernel's containers have, before one that none has is given away. */
export type Listed = (standing: readonly string[]) => Promise<void>;

export class SharedAddresses {
  readonly #host: Namespace;
  readonly #bridge: StandingBridge;
  readonly #known: NetworkAddresses;
  readonly #listed: Listed;
  /** Refused although nothing that is listed has them: claimed by a link that lost its label, or its bridge. */
  readonly #unlisted = new Set<string>();
  #hasMetOthers = false;

  constructor(
    host: Namespace,
    bridge: StandingBridge,
    subnets: readonly NetworkSubnet[],
    options: NetworkAddressesOptions,
    listed: Listed,
  ) {
    this.#host = host;
    this.#bridge = bridge;
    this.#known = new NetworkAddresses(subnets, options);
    this.#listed = listed;
  }

  /** What the addresses of a container are like as long as no subnet is full. */
  get likely(): readonly AssignedAddress[] {
    return this.#known.likely;
  }

  /** Whether `take` would fail, by what is known here. */
  seemsTaken(wanted: readonly string[]): boolean {
    return this.#known.seemsTaken(wanted);
  }

  /** By what is known here. @throws {NetworkError} ESUBNETFULL, EADDRTAKEN */
  take(wanted: readonly string[]): readonly AssignedAddress[] {
    return this.#known.take(wanted);
  }

  /** As `take`; but where one seems taken, or none seems left, the kernel knows what other processes have released meanwhile. */
  async free(wanted: readonly string[]): Promise<readonly AssignedAddress[]> {
    if (this.seemsTaken(wanted)) this.#resync(await this.#taken());
    return this.take(wanted);
  }
  freeSync(wanted: readonly string[]): readonly AssignedAddress[] {
    if (this.seemsTaken(wanted)) this.#resync(this.#takenSync());
    return this.take(wanted);
  }

  /**
   * Instead of addresses of which another process has one. Each refusal costs the kernel 16 ms and more, so what else others have is asked for once.
   * @throws {NetworkError} EADDRTAKEN where it was asked for; ESUBNETFULL
   */
  async others(refusal: Refusal): Promise<readonly AssignedAddress[]> {
    this.#giveWay(refusal);
    return this.#beside(await this.#taken(), refusal);
  }
  othersSync(refusal: Refusal): readonly AssignedAddress[] {
    this.#giveWay(refusal);
    return this.#beside(this.#takenSync(), refusal);
  }

  /** To be given again after all others. */
  release(addresses: readonly string[]): void {
    for (const address of addresses) this.#known.release(address);
  }

  // It stays marked, and all are chosen anew, for they go together.
  #giveWay({ taken, chosen, wanted, cause }: Refusal): void {
    this.release(chosen.map(({ address }) => address));
    this.#known.markTaken(taken);
    if (wanted.includes(taken)) throw new NetworkError('EADDRTAKEN', `address ${taken} is taken`, { cause });
  }

  // Who is met a second time is at work as well, and takes the lowest too: then this process keeps out of its way.
  #beside(standing: readonly string[], { taken, wanted }: Refusal): readonly AssignedAddress[] {
    if (!standing.includes(taken)) this.#unlisted.add(taken);
    for (const address of standing) this.#known.markTaken(address);
    if (this.seemsTaken(wanted)) {
      // Or they would be tried without end.
      this.#known.resync([...standing, ...this.#unlisted]);
      return this.take(wanted);
    }
    const distance = this.#hasMetOthers ? 1 + Math.floor(Math.random() * outOfTheWay) : 0;
    this.#hasMetOthers = true;
    return this.#known.take(wanted, distance);
  }

  #resync(standing: readonly string[]): void {
    this.#unlisted.clear();
    this.#known.resync(standing);
  }

  async #taken(): Promise<readonly string[]> {
    const standing = await takenAddresses(this.#host, this.#bridge);
    await this.#listed(standing);
    return standing;
  }

  #takenSync(): readonly string[] {
    return addressesIn(listEndpointsSync(this.#host, this.#bridge));
  }
}

/** The addresses of a network's containers, as the kernel has them. */
export async function takenAddresses(host: Namespace, bridge: StandingBridge): Promise<readonly string[]> {
  return addressesIn(await listEndpoints(host, bridge));
}

export function addressesIn({ ports, pooled }: StandingEndpoints): readonly string[] {
  return addressesOf([...ports, ...pooled]);
}
