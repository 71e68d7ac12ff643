// A pool: endpoints of one network plumbed ahead of time, of which each is given to one container and never again. Knows what a
// claim's failure means; when more is made is pool-stock.ts's, how, attacher.ts's.

import { unusable } from '../../argument.js';
import { binding, type FailureRecord, type PresenceHandle } from '../../binding.js';
import { NetlinkError, NetworkError } from '../../errors.js';
import { Namespace } from '../../namespace.js';
import type { PortIntent, PublishOptions } from '../../nat/index.js';
import { boolean, type Check, integer, oneOf, readOptions } from '../../options.js';
import type { Plumbed } from '../attach/attach-plan.js';
import type { Attacher, PoolRequest } from '../attach/attacher.js';
import type { Endpoint } from '../endpoint.js';
import { lockPath } from '../formats/lock.js';
import { checkContainerName } from '../formats/names.js';
import { newPoolId, poolSocketName } from '../formats/pool.js';
import { isHeldElsewhere, lockedError, whenUnlocked } from '../host-lock.js';
import type { PooledEndpointOptions } from '../options.js';
import { checkPorts, type PublishedPort } from '../ports/published.js';
import { deleteLinks } from '../removal/removal.js';
import { openBridge, type StandingBridge } from '../standing.js';
import { type ClaimPlace, PoolEndpoint, ReadyEndpoint } from './endpoint.js';
import { type RefillPolicy, Stock, type StockMetrics } from './stock.js';

export interface PoolOptions {
  /** How many endpoints stand ready, 1 to 1,000. Each is a port of the bridge, has an address, and holds two descriptors. */
  readonly size: number;
  /** At or below this many it is refilled even while others are being taken; a quarter of `size` by default. */
  readonly low?: number;
  /** How long nobody has taken one before it is refilled otherwise, in milliseconds; 2 by default. */
  readonly quietMs?: number;
  /** At most this many are plumbed in a second; no limit by default. */
  readonly perSecond?: number;
  /**
   * When addresses are claimed: 'ahead' (the default), or 'late', with the container. Late ones leave the range to others until
   * then and can be asked for; they cost two sends more.
   */
  readonly addresses?: 'ahead' | 'late';
}

export interface PoolAttachOptions {
  /** Give the namespace the container's name below /run/netns, for `ip netns` and others to see; false by default. `ip netns attach` */
  readonly named?: boolean;
  /** Wanted addresses, where they are claimed late; free ones otherwise. */
  readonly address?: string | readonly string[];
  /** Ports of the host that lead to it, as for {@link Network.attach}; not for `attachSync`. */
  readonly publish?: PublishOptions | readonly PublishOptions[];
}

export interface PoolMetrics extends StockMetrics {
  /** How many should stand ready. */
  readonly size: number;
}

const poolChecks = {
  low: integer(0, 1000),
  quietMs: integer(0, 60_000),
  perSecond: integer(1, 1_000_000),
  addresses: oneOf('ahead', 'late'),
};
/** An endpoint's own, which many cannot share. */
const oneOnly = ['namespace', 'address', 'mac', 'publish', 'signal'] as const;

/** The options of the pool itself, checked; and those of its endpoints, to be read as an attach's. */
export function readPoolOptions({ size, low, quietMs, perSecond, addresses, ...endpoint }: PoolOptions): {
  policy: PoolOptions;
  endpoint: PooledEndpointOptions;
} {
  for (const option of oneOnly)
    if (option in endpoint) throw new TypeError(`createPool: ${option} is for a single endpoint`);
  const given = { size, low, quietMs, perSecond, addresses };
  return { policy: readOptions('createPool', given, { size: integer(1, 1000) }, poolChecks), endpoint };
}

interface CheckedOptions {
  readonly named?: boolean;
  readonly address?: readonly string[];
  readonly publish?: readonly PortIntent[];
}
const plain: CheckedOptions = {};

/** What a pool gets from its network. */
export interface PoolGround {
  readonly host: Namespace;
  readonly bridge: StandingBridge;
  readonly attacher: Attacher;
  /** The endpoints as asked for. */
  readonly request: Omit<PoolRequest, 'pool'>;
  /** Checks addresses that are asked for. */
  readonly checkAddresses: Check<readonly string[]>;
  /** Publishes ports for an attached container; where that fails, the container is detached. */
  readonly publish: (endpoint: Endpoint, ports: readonly PortIntent[]) => Promise<readonly PublishedPort[]>;
  /** Called once, when the pool is closed. */
  readonly onClose: (pool: Pool) => void;
}

/**
 * Endpoints that stand ready: namespace, veth pair, addresses, routes. What is left of an attach is to claim the container's
 * name and write the label, in one send. Made by {@link Network.createPool}.
 */
export class Pool {
  /** As `netplumb ls` and {@link PooledInfo} show it. */
  readonly id: string;
  readonly size: number;
  readonly #ground: PoolGround;
  readonly #request: PoolRequest;
  readonly #place: ClaimPlace;
  readonly #presence: PresenceHandle;
  readonly #stock: Stock<ReadyEndpoint>;
  readonly #attachChecks;
  /** Closing waits for them: they have taken what nobody else would give back. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(ground: PoolGround, policy: RefillPolicy, late: boolean) {
    const { host, request, attacher, checkAddresses } = ground;
    this.id = newPoolId();
    this.size = policy.size;
    this.#ground = ground;
    const wide = attacher.subnets.some(({ family }) => family === 6);
    this.#request = { ...request, pool: this.id, ...(late && { late: { wide } }) };
    const address: Check<readonly string[]> = (value, option) => {
      if (!late) throw new TypeError(`${option}: this pool's addresses are claimed ahead of time`);
      return checkAddresses(value, option);
    };
    this.#attachChecks = { named: boolean, address, publish: checkPorts };
    this.#presence = binding.announce(host.handle, poolSocketName(this.id));
    const own = binding.within(host.handle, () => Namespace.currentSync());
    this.#place = { host: own, bridge: ground.bridge.index, lockPath: lockPath(host.inode) };
    this.#stock = new Stock(policy, () => this.#plumb());
  }

  /** @internal */
  static async open(ground: PoolGround, options: PoolOptions): Promise<Pool> {
    const { size, low = Math.floor(size / 4), quietMs = 2, perSecond, addresses } = options;
    const policy = { size, low, quietMs, ...(perSecond !== undefined && { perSecond }) };
    const pool = new Pool(ground, policy, addresses === 'late');
    try {
      // Opens the executor's socket, which the first attach would have to wait for.
      await pool.#place.host.links.get(ground.bridge.index);
      await pool.ready();
      if (pool.depth === 0) throw pool.metrics().lastError;
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** How many stand ready. */
  get depth(): number {
    return this.#stock.depth;
  }

  metrics(): PoolMetrics {
    return { size: this.size, ...this.#stock.metrics() };
  }

  /** Resolves when as many stand ready as should; and when one cannot be made, so look at `depth`, and `metrics().lastError`. */
  ready(): Promise<void> {
    return this.#stock.settled();
  }

  /**
   * Gives a container an endpoint: 20 to 60 µs of the kernel's time instead of a millisecond. Where none stands ready (a miss)
   * one is plumbed first. A network's `detach` takes it away as any other.
   * @throws {NetworkError} ECONTAINERTAKEN, ENONETWORK; for a miss as {@link Network.attach}
   * @throws {NetlinkError} EEXIST where a namespace of that name exists and it was to be named
   * @throws {TypeError | RangeError} for a wrong name or options, before any system call; when the pool is closed
   * @example const { namespace, addresses } = await pool.attach('container1')
   */
  async attach(container: string, options?: PoolAttachOptions): Promise<PoolEndpoint> {
    const checked = this.#check(container, options);
    const giving = this.#give(container, checked);
    this.#underWay.add(giving);
    try {
      return await giving;
    } finally {
      this.#underWay.delete(giving);
    }
  }

  async #give(container: string, options: CheckedOptions): Promise<PoolEndpoint> {
    const { named = false, publish = [], address = [] } = options;
    for (;;) {
      const ready = this.#stock.take() ?? (await this.#plumb());
      const endpoint = this.#request.late ? await this.#addressed(ready, address) : ready;
      if (endpoint !== undefined) {
        if (!endpoint.fits(container, named)) throw this.#tooLong(container, endpoint);
        const failure = named
          ? await this.#claimNamed(endpoint, container)
          : await endpoint.claim(container, false, this.#place);
        if (failure === undefined) return this.#published(this.#given(endpoint, container, named), publish);
        const error = this.#judge(failure, endpoint, container);
        if (error !== undefined) throw error;
      }
      await openBridge(this.#ground.host, this.#ground.bridge.label.network, this.#ground.bridge.index);
    }
  }

  /**
   * As `attach`, on the calling thread and at once.
   * @throws {NetworkError} ELOCKED besides, where it is to be named, or none stands ready, while a network is being changed
   */
  attachSync(container: string, options?: PoolAttachOptions): PoolEndpoint {
    const { named = false, publish, address } = this.#check(container, options);
    if (publish !== undefined)
      throw new TypeError('pool.attachSync: publish needs `attach`: it cannot be awaited');
    for (;;) {
      const ready = this.#stock.take() ?? this.#ready(this.#ground.attacher.plumbSync(this.#request));
      const endpoint = this.#request.late ? this.#addressedSync(ready, address ?? []) : ready;
      if (endpoint === undefined) continue;
      if (!endpoint.fits(container, named)) throw this.#tooLong(container, endpoint);
      const failure = endpoint.claimSync(container, named, this.#place);
      if (failure === undefined) return this.#given(endpoint, container, named);
      const error = this.#judge(failure, endpoint, container);
      if (error !== undefined) throw isHeldElsewhere(error) ? lockedError(this.#ground.host, error) : error;
    }
  }

  /** Closes the pool: what stands ready goes, attached containers stay. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #check(container: string, options: PoolAttachOptions | undefined): CheckedOptions {
    if (this.#closing !== undefined) throw new TypeError('the pool was closed');
    checkContainerName(container);
    return options === undefined ? plain : readOptions('pool.attach', options, {}, this.#attachChecks);
  }

  async #published(endpoint: PoolEndpoint, ports: readonly PortIntent[]): Promise<PoolEndpoint> {
    if (ports.length === 0) return endpoint;
    try {
      const published = await this.#ground.publish(endpoint, ports);
      return new PoolEndpoint(this.#ground.host, { ...endpoint, published }, endpoint.namespace);
    } catch (error) {
      endpoint.namespace.close();
      throw error;
    }
  }

  /** Undefined where it was spoilt, and another may do. */
  async #addressed(ready: ReadyEndpoint, addresses: readonly string[]): Promise<ReadyEndpoint | undefined> {
    try {
      return this.#ready(await this.#ground.attacher.address(ready.plumbed, { ...this.#request, addresses }));
    } catch (error) {
      return this.#unaddressed(ready, error);
    }
  }

  /** As `#addressed`. */
  #addressedSync(ready: ReadyEndpoint, addresses: readonly string[]): ReadyEndpoint | undefined {
    try {
      return this.#ready(this.#ground.attacher.addressSync(ready.plumbed, { ...this.#request, addresses }));
    } catch (error) {
      return this.#unaddressed(ready, error);
    }
  }

  #unaddressed(ready: ReadyEndpoint, error: unknown): undefined {
    this.#discard(ready);
    if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error;
  }

  // Unused, it is as good as before, unless it is spoilt; or has got addresses, which the next may not want.
  #return(endpoint: ReadyEndpoint, spoilt = false): void {
    if (spoilt || this.#request.late !== undefined) this.#discard(endpoint);
    else this.#stock.putBack(endpoint);
  }

  #tooLong(container: string, endpoint: ReadyEndpoint): RangeError {
    this.#return(endpoint);
    return unusable('container', container, 'leaves no room in the label, with its addresses');
  }

  async #claimNamed(endpoint: ReadyEndpoint, container: string): Promise<FailureRecord | undefined> {
    try {
      return await whenUnlocked(this.#ground.host, async () => {
        const failure = await endpoint.claim(container, true, this.#place);
        const error = failure && new NetlinkError(failure);
        if (isHeldElsewhere(error)) throw error;
        return failure;
      });
    } catch (error) {
      this.#return(endpoint);
      throw error;
    }
  }

  // Undefined where the endpoint was spoilt, and another may do.
  #judge(failure: FailureRecord, endpoint: ReadyEndpoint, container: string): Error | undefined {
    const error = new NetlinkError(failure);
    const bridgeless = failure.code === 'EINVAL' && failure.operation === 'link.set';
    this.#return(endpoint, failure.notUndone !== undefined || failure.code === 'ENODEV' || bridgeless);
    if (failure.code === 'EEXIST' && failure.operation === 'altName.add') {
      const { network } = this.#ground.bridge.label;
      const message = `container ${container} is attached to network ${network} already`;
      return new NetworkError('ECONTAINERTAKEN', message, { cause: error });
    }
    return failure.code === 'ENODEV' || bridgeless ? undefined : error;
  }

  #given(endpoint: ReadyEndpoint, container: string, named: boolean): PoolEndpoint {
    this.#stock.refill();
    return endpoint.of(container, named);
  }

  async #plumb(): Promise<ReadyEndpoint> {
    return this.#ready(await this.#ground.attacher.plumb(this.#request));
  }

  #ready(plumbed: Plumbed): ReadyEndpoint {
    return new ReadyEndpoint(this.#ground.host, plumbed, this.id);
  }

  // Its link has gone, or is going with its namespace.
  #discard(endpoint: ReadyEndpoint): void {
    this.#stock.spoilt();
    this.#stock.refill();
    endpoint.namespace.close();
    this.#ground.attacher.release(endpoint);
  }

  async #close(): Promise<void> {
    const { host, attacher, onClose } = this.#ground;
    await Promise.allSettled(this.#underWay);
    const left = await this.#stock.close();
    try {
      // By group: one wait for all. What went by itself, or with the network, is what was wanted.
      const leaving = left.map(({ index }) => index);
      if (leaving.length > 0) await deleteLinks(host, leaving).catch(() => undefined);
    } finally {
      for (const endpoint of left) {
        endpoint.namespace.close();
        attacher.release(endpoint);
      }
      binding.withdraw(this.#presence);
      this.#place.host.close();
      onClose(this);
    }
  }
}
