// Network: a bridge, an address range and its NAT, plus the containers attached to it. What most users want.
// Takes the lock, and leaves each part of the work to the file that knows it.

import { Namespace } from '../namespace.js';
import type { BackendName, PortIntent, PublishOptions } from '../nat/index.js';
import { instanceOf, readOptions } from '../options.js';
import { Attacher } from './attach/attacher.js';
import { forMany, type ManyOptions, type ManyResult, readManyOptions } from './attach/many.js';
import { takenAddresses } from './attach/shared-addresses.js';
import { Calls, countCalls } from './calls.js';
import type { EndpointInfo, EndpointStats, NetworkInfo } from './description.js';
import { Endpoint, statsOf } from './endpoint.js';
import { withoutPrefix } from './formats/address.js';
import { checkContainerName, checkNetworkName } from './formats/names.js';
import { ensureNetwork, explainEnsure } from './host/ensure.js';
import { HostFlows } from './host/flows.js';
import { explainPutBack } from './host/forwarding-record.js';
import { heal, onChange, type Restoration } from './host/healing.js';
import { explainDisable, HostNat } from './host/nat.js';
import { publishedBy, wantedNat } from './host/nat-intent.js';
import { type WatchEvent, watch } from './host/watcher.js';
import { exclusively } from './host-lock.js';
import {
  type AttachManyItem,
  type AttachOptions,
  type AttachRequest,
  attachOptionsReader,
  type DetachOptions,
  type HostOptions,
  type NetworkOptions,
  type PooledEndpointOptions,
  readDetachOptions,
  readHostOptions,
  readNetworkOptions,
} from './options.js';
import { Pool, type PoolOptions, readPoolOptions } from './pool/pool.js';
import { PortKeeper } from './ports/keeper.js';
import type { Prospect } from './ports/prospect.js';
import {
  checkPorts,
  checkReferences,
  type PublishedPort,
  type PublishedReference,
  publishedPort,
} from './ports/published.js';
import { detachPort, explainDetach, findPort } from './removal/detach.js';
import { collectGarbage, type GcOptions, type GcReport, mend, readGcOptions } from './removal/gc.js';
import { ReaperLease } from './removal/reaper.js';
import { explainLinkRemoval } from './removal/removal.js';
import { type RemovalReport, removeRuins, removeWhole } from './removal/ruins.js';
import { settled } from './settled.js';
import {
  describeNetwork,
  describePort,
  findStanding,
  listBridges,
  listEndpoints,
  listPorts,
  natOf,
  openBridge,
  type StandingBridge,
} from './standing.js';

export type { RemovalReport };

/** A network. The handle holds no state that matters: everything is read from the kernel. */
export class Network {
  readonly host: Namespace;
  /** True where `ensure` made it, false where it stood. */
  readonly created: boolean;
  readonly #ownsHost: boolean;
  readonly #bridge: StandingBridge;
  readonly #nat: HostNat;
  readonly #flows: HostFlows;
  readonly #attacher: Attacher;
  readonly #ports: PortKeeper;
  readonly #reaper: ReaperLease;
  readonly #readAttach: ReturnType<typeof attachOptionsReader>;
  readonly #pools = new Set<Pool>();
  readonly #calls = new Calls("the network's handle");

  private constructor(
    host: Namespace,
    ownsHost: boolean,
    nat: HostNat,
    bridge: StandingBridge,
    created: boolean,
    taken: Iterable<string>,
  ) {
    this.host = host;
    this.created = created;
    this.#ownsHost = ownsHost;
    this.#nat = nat;
    this.#bridge = bridge;
    this.#flows = new HostFlows(host);
    this.#ports = new PortKeeper(host, nat, this.#flows, bridge);
    this.#reaper = new ReaperLease(host);
    const reap = () => this.#reaper.flush();
    const listed = (standing: readonly string[]) => this.#ports.leadNowhereBut(standing);
    this.#attacher = new Attacher(host, bridge, taken, reap, listed);
    this.#readAttach = attachOptionsReader(this.#attacher.subnets, bridge.label.settings ?? {});
  }

  get name(): string {
    return this.#bridge.label.network;
  }
  get subnets(): readonly string[] {
    return this.#bridge.label.subnets;
  }
  /** The bridge's address in each of the subnets, in their order. */
  get gateways(): readonly string[] {
    return this.#bridge.label.gateways;
  }
  get nat(): BackendName | false {
    return natOf(this.#bridge.label);
  }

  /**
   * Makes a network, or adopts the one that stands as wanted (and puts back what others took from it).
   * `ip link add br0 type bridge; ip address add 172.16.0.1/24 dev br0; ip link set br0 up;
   * iptables -t nat -A POSTROUTING -s 172.16.0.0/24 -j MASQUERADE; sysctl -w net.ipv4.ip_forward=1`
   * @throws {NetworkError} ENETWORKDIFFERS with the `differences`, ENOTOURS, EOVERLAP, ELOCKED
   * @throws {NatError} where iptables fails or is missing; the network is then gone again
   * @throws {TypeError | RangeError} for wrong options, before any system call
   * @example const net = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/24'] })
   */
  static async ensure(options: NetworkOptions): Promise<Network> {
    const { wanted, host: given } = readNetworkOptions(options);
    return Network.#with(given, async (host, nat) => {
      return exclusively(host, async (lock) => {
        lock.stamp(); // it may be switched to the other backend
        const ensured = await ensureNetwork(host, nat, wanted);
        if (!ensured.created) await mend(host, ensured.bridge);
        return ensured;
      });
    });
  }

  /** Finds a network that stands; changes nothing. @throws {NetworkError} ENONETWORK, ENOTOURS */
  static async open(name: string, options: HostOptions = {}): Promise<Network> {
    const checked = checkNetworkName(name);
    const given = readHostOptions('Network.open', options);
    return Network.#with(given, async (host) => ({
      bridge: await openBridge(host, checked),
      created: false,
    }));
  }

  /**
   * Removes a network, whole or not: also what is left of one whose bridge somebody deleted, or whose making was cut short.
   * @throws {NetworkError} ENONETWORK where nothing is left of it, ENOTOURS @throws {NatError} before anything else is touched
   * @example await Network.remove('br0')
   */
  static async remove(name: string, options: HostOptions = {}): Promise<RemovalReport> {
    const checked = checkNetworkName(name);
    return Network.#whole(checked, readHostOptions('Network.remove', options), true, (host, nat, bridge) =>
      bridge === undefined ? removeRuins(host, nat, checked) : removeWhole(host, nat, bridge),
    );
  }

  /** As `network.gc`, also for a network whose bridge somebody deleted. @throws {NetworkError} ENONETWORK, ELOCKED */
  static async gc(name: string, options: GcOptions & HostOptions): Promise<GcReport> {
    const checked = checkNetworkName(name);
    const { host: given, ...rest } = options;
    const keep = readGcOptions('Network.gc', rest);
    const host = readHostOptions('Network.gc', given === undefined ? {} : { host: given });
    const { labels: _, ...report } = await Network.#whole(checked, host, false, (at, nat, bridge) =>
      collectGarbage({ host: at, nat, network: checked, bridge, keep }),
    );
    return report;
  }

  // With a network or what is left of it, while nobody else changes or attaches to one.
  static async #whole<Report>(
    name: string,
    given: Namespace | undefined,
    removes: boolean,
    act: (host: Namespace, nat: HostNat, bridge: StandingBridge | undefined) => Promise<Report>,
  ): Promise<Report> {
    const host = given ?? (await Namespace.current());
    const nat = new HostNat(host);
    try {
      return await exclusively(host, async (lock) => {
        lock.stamp();
        const standing = await findStanding(host, name);
        // Asked first: where a network went, the kernel is busy with its namespaces.
        const last = removes || standing.kind !== 'network' ? await isLast(host, name) : false;
        const report = await act(host, nat, standing.kind === 'network' ? standing.bridge : undefined);
        if (last) lock.discard();
        return report;
      });
    } finally {
      await nat.close();
      if (given === undefined) host.close();
    }
  }

  /** All networks on a host and what is attached to them. */
  static async list(options: HostOptions = {}): Promise<readonly NetworkInfo[]> {
    const given = readHostOptions('Network.list', options);
    const host = given ?? (await Namespace.current());
    try {
      const infos: NetworkInfo[] = [];
      for (const bridge of await listBridges(host))
        infos.push(describeNetwork(bridge, await listEndpoints(host, bridge)));
      return infos;
    } finally {
      if (given === undefined) host.close();
    }
  }

  /** The shell lines of `ensure`; none where the network stands as wanted. Rejects as `ensure` would. */
  static async explainEnsure(options: NetworkOptions): Promise<readonly string[]> {
    const { wanted, host: given } = readNetworkOptions(options);
    const host = given ?? (await Namespace.current());
    try {
      return await explainEnsure(host, wanted);
    } finally {
      if (given === undefined) host.close();
    }
  }

  static async #with(
    given: Namespace | undefined,
    find: (host: Namespace, nat: HostNat) => Promise<{ bridge: StandingBridge; created: boolean }>,
  ): Promise<Network> {
    const host = given ?? (await Namespace.current());
    const nat = new HostNat(host);
    try {
      const { bridge, created } = await find(host, nat);
      const taken = created ? [] : await takenAddresses(host, bridge);
      return new Network(host, given === undefined, nat, bridge, created, taken);
    } catch (error) {
      await nat.close();
      if (given === undefined) host.close();
      throw error;
    }
  }

  /**
   * Attaches a container: its namespace, a veth pair between it and the bridge, an address, a default route (unless the
   * namespace has one). One trip to an executor thread, two sends; what fails is taken back whole.
   * @throws {NetworkError} ECONTAINERTAKEN, EADDRTAKEN, EINTERFACETAKEN, EHOSTNAMESPACE, ESUBNETFULL, EBRIDGEFULL, ENONETWORK, ELOCKED
   * @throws {NetlinkError} with the step and the kernel's reason
   * @throws {TypeError | RangeError} for wrong options, before any system call
   * @example const { addresses } = await net.attach('container1')
   */
  attach(container: string, options?: AttachOptions): Promise<Endpoint> {
    return this.#attach(this.#readAttach(container, options));
  }

  #attach(request: AttachRequest): Promise<Endpoint> {
    const { publish } = request;
    return publish === undefined ? this.#attacher.attach(request) : this.#attachWith(publish, request);
  }

  async #attachWith(publish: readonly PortIntent[], request: AttachRequest): Promise<Endpoint> {
    let prospect: Prospect | undefined;
    const endpoint = await this.#attacher.attach(request, (addresses) => {
      prospect = this.#ports.foresee(request.container, publish, addresses);
    });
    if (publish.length === 0) return endpoint;
    const published = await this.#publishOrDetach(endpoint, publish, prospect);
    return new Endpoint(this.host, { ...endpoint, published });
  }

  async #publishOrDetach(
    { name, addresses }: Endpoint,
    ports: readonly PortIntent[],
    prospect = this.#ports.foresee(name, ports, addresses.map(withoutPrefix)),
  ): Promise<readonly PublishedPort[]> {
    try {
      return (await this.#ports.publish(name, ports, prospect)).map(publishedPort);
    } catch (error) {
      await this.detach(name).catch(() => undefined); // what failed is the ports
      throw error;
    }
  }

  /**
   * Publishes ports of the host for a container: who sends to them, from outside, the host itself or a container, reaches its. All of them,
   * or none. Returns them with the host ports that were chosen for 0.
   * `iptables -t nat -A … -p tcp --dport 8080 -j DNAT --to-destination 172.16.0.2:80`
   * @throws {NetworkError} EPORTTAKEN, ENOHOSTADDRESS, ENOCONTAINER, ENONAT @throws {NatError}
   * @throws {TypeError | RangeError} naming the option, before any system call
   * @example await net.publish('web', { hostPort: 8080, containerPort: 80 })
   */
  async publish(
    container: string,
    ports: PublishOptions | readonly PublishOptions[],
  ): Promise<readonly PublishedPort[]> {
    const name = checkContainerName(container);
    const published = await this.#ports.publish(name, checkPorts(ports, 'publish'));
    return published.map(publishedPort);
  }

  /**
   * Takes published ports back: all of the container's, or those named by their host port. Returns them.
   * @throws {NetworkError} ENOPORT, ENOCONTAINER @throws {NatError}
   * @example await net.unpublish('web', { hostPort: 8080 })
   */
  async unpublish(
    container: string,
    ports?: PublishedReference | readonly PublishedReference[],
  ): Promise<readonly PublishedPort[]> {
    const name = checkContainerName(container);
    const gone = await this.#ports.unpublish(name, checkReferences(ports, 'unpublish'));
    return gone.map(publishedPort);
  }

  /**
   * Puts back what others took from the network's rules and its forwarding, or changed; what stands stays. Nobody else's rules are touched.
   * @throws {NatError} @throws {NetworkError} ENONETWORK
   */
  async reconcile(): Promise<Restoration> {
    return exclusively(this.host, async (lock) => {
      const bridge = await openBridge(this.host, this.name, this.#bridge.index);
      const restored = await heal(this.host, this.#nat, bridge);
      if (restored.lines.length > 0) lock.stamp(); // others may remember what has just gone
      return restored;
    });
  }

  /**
   * Watches over the network: what others flush or change is put back within a second, and told. Runs while it is iterated.
   * @throws {NetworkError} ENONETWORK when the network goes
   * @example for await (const { lines } of net.watch({ signal })) console.log(lines)
   */
  watch(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<WatchEvent, void, void> {
    const { signal } = readOptions('watch', options, {}, { signal: instanceOf(AbortSignal) });
    const watched = {
      name: this.name,
      reconcile: () => Network.#uncounted.reconcile.call(this),
      onChange: (changed: () => void) => onChange(this.host, this.#nat, this.#bridge, changed),
    };
    return watch(watched, signal);
  }

  /**
   * Detaches a container: silenced at once, its name, addresses and claims free, in a twentieth of the time that deleting
   * its link takes; that goes with those of others, a tenth of a second later. A namespace that netplumb made loses its name, one that was brought only the link.
   * @param options wait: fulfil when the link is gone, 16 to 33 ms or more later
   * @throws {NetworkError} ENOCONTAINER
   * @example await net.detach('container1')
   */
  async detach(container: string, options: DetachOptions = {}): Promise<void> {
    const name = checkContainerName(container);
    const { wait } = readDetachOptions(options);
    const [{ label }, port] = await Promise.all([
      openBridge(this.host, this.name, this.#bridge.index),
      settled(findPort(this.host, this.name, name)),
    ]);
    const found = natOf(label) === false ? port() : await this.#ports.orStrays(port);
    if (publishedBy(found).length > 0) await this.#ports.retire(name);
    await this.#reaper.take((group) => detachPort(this.host, found, group));
    this.#attacher.release(found.label);
    if (wait) await this.#reaper.flush();
  }

  /**
   * Removes what no caller claims: containers that are not to be kept, attaches that a crash left half made, pools whose owner is
   * gone, links that were detached and not yet deleted, rules of networks that are gone, files that killed processes left. Safe
   * beside attaches in other processes: it waits until none is half way. What is not surely netplumb's is left alone.
   * @param options keep: the names of all containers to leave alone
   * @throws {NetworkError} ENONETWORK, ELOCKED @throws {TypeError} without `keep`
   * @example await net.gc({ keep: running.map(({ name }) => name) })
   */
  async gc(options: GcOptions): Promise<GcReport> {
    const keep = readGcOptions('gc', options);
    const report = await exclusively(this.host, async (lock) => {
      lock.stamp();
      const bridge = await openBridge(this.host, this.name, this.#bridge.index);
      return collectGarbage({ host: this.host, nat: this.#nat, network: this.name, bridge, keep });
    });
    for (const label of report.labels) this.#attacher.release(label);
    const { labels: _, ...rest } = report;
    return rest;
  }

  /**
   * Attaches many containers, eight at a time. Each succeeds or fails for itself; the results are in the order of `containers`.
   * @param containers names, or options with the name as `container`
   * @throws {TypeError | RangeError} for wrong options of any of them, before any system call
   * @example for (const { container, error } of await net.attachMany(names)) if (error) console.error(container, error)
   */
  async attachMany(
    containers: readonly (string | AttachManyItem)[],
    options: ManyOptions = {},
  ): Promise<readonly ManyResult<Endpoint>[]> {
    const checked = readManyOptions('attachMany', options);
    const requests = containers.map((item) => {
      const { container, ...how } = typeof item === 'string' ? { container: item } : item;
      return this.#readAttach(container, how);
    });
    const attach = (request: AttachRequest, signal: AbortSignal | undefined) =>
      this.#attach(signal === undefined ? request : { ...request, signal });
    return forMany(requests, attach, checked);
  }

  /** Detaches many containers, as `attachMany` attaches them. */
  async detachMany(
    containers: readonly string[],
    options: ManyOptions = {},
  ): Promise<readonly ManyResult<void>[]> {
    const checked = readManyOptions('detachMany', options);
    const items = containers.map((container) => ({ container: checkContainerName(container) }));
    // They belong to this call, which a closing handle waits for.
    return forMany(items, ({ container }) => Network.#uncounted.detach.call(this, container), checked);
  }

  /**
   * Makes a pool of endpoints plumbed ahead of time, and fills it. It is closed with the network's handle.
   * @throws {NetworkError} ESUBNETFULL, EBRIDGEFULL, ELOCKED where not even one could be made
   * @throws {TypeError | RangeError} for wrong options, before any system call
   * @example const pool = await net.createPool({ size: 64 }); const { namespace } = await pool.attach('container1')
   */
  async createPool(options: PoolOptions & PooledEndpointOptions): Promise<Pool> {
    const { policy, endpoint } = readPoolOptions(options);
    const request = this.#readAttach('pool', endpoint);
    const publish = this.#publishOrDetach.bind(this);
    const checkAddresses = (address: unknown) =>
      this.#readAttach('pool', { address } as AttachOptions).addresses;
    const own = { host: this.host, bridge: this.#bridge, attacher: this.#attacher };
    const ground = { ...own, request, publish, checkAddresses };
    const onClose = (closed: Pool) => this.#pools.delete(closed);
    const pool = await Pool.open({ ...ground, onClose }, policy);
    this.#pools.add(pool);
    return pool;
  }

  /** What is attached, as the kernel has it. @throws {NetworkError} ENONETWORK */
  async list(): Promise<readonly EndpointInfo[]> {
    const bridge = await openBridge(this.host, this.name, this.#bridge.index);
    return (await listPorts(this.host, bridge)).map(describePort);
  }

  /** What has gone over a container's link, as the container sees it. @throws {NetworkError} ENOCONTAINER */
  async stats(container: string): Promise<EndpointStats> {
    const name = checkContainerName(container);
    const { index } = await findPort(this.host, this.name, name);
    return statsOf(this.host, index, name);
  }

  /** The network and what is attached to it, as the kernel has it. */
  async info(): Promise<NetworkInfo> {
    const bridge = await openBridge(this.host, this.name, this.#bridge.index);
    return describeNetwork(bridge, await listEndpoints(this.host, bridge));
  }

  /**
   * Removes the network: its rules, its containers' links and the namespaces netplumb made for them, its bridge; puts
   * forwarding back unless somebody else may rely on it. The handle is closed then.
   * @throws {NetworkError} ENONETWORK @throws {NatError} before anything else is touched
   */
  async remove(): Promise<RemovalReport> {
    await this.#closePools();
    const report = await exclusively(this.host, async (lock) => {
      const bridge = await openBridge(this.host, this.name, this.#bridge.index);
      const last = await isLast(this.host, this.name);
      const removed = await removeWhole(this.host, this.#nat, bridge);
      if (last) lock.discard();
      return removed;
    });
    await this.close();
    return report;
  }

  /** The shell lines of attaching one container or several, in order. @throws {NetworkError} ECONTAINERTAKEN, EADDRTAKEN, ESUBNETFULL, ENONETWORK */
  async explainAttach(
    containers: string | readonly string[],
    options: AttachOptions = {},
  ): Promise<readonly string[]> {
    const names = typeof containers === 'string' ? [containers] : containers;
    return this.#attacher.explain(names.map((name) => this.#readAttach(name, options)));
  }

  /** The shell lines of `publish`, where the rules of the network stand. */
  async explainPublish(
    container: string,
    ports: PublishOptions | readonly PublishOptions[],
  ): Promise<readonly string[]> {
    const name = checkContainerName(container);
    return this.#ports.explain(name, checkPorts(ports, 'publish'), undefined);
  }

  /** The shell lines of `unpublish`. */
  async explainUnpublish(
    container: string,
    ports?: PublishedReference | readonly PublishedReference[],
  ): Promise<readonly string[]> {
    return this.#ports.explain(checkContainerName(container), [], checkReferences(ports, 'unpublish'));
  }

  /** The shell lines of `detach`. */
  async explainDetach(container: string): Promise<readonly string[]> {
    return explainDetach(this.host, await findPort(this.host, this.name, checkContainerName(container)));
  }

  /** The shell lines of `remove`. */
  async explainRemove(): Promise<readonly string[]> {
    const bridge = await openBridge(this.host, this.name);
    const links = explainLinkRemoval(bridge, await listPorts(this.host, bridge));
    const backend = natOf(bridge.label);
    const nat = backend === false ? [] : explainDisable(backend, await wantedNat(this.host, bridge));
    return [...nat, ...explainPutBack(bridge.label), ...links];
  }

  async #closePools(): Promise<void> {
    await Promise.all([...this.#pools].map((pool) => pool.close()));
  }

  /** Closes the handle, its pools and its share of the NAT session, when the calls under way have ended and what was detached is gone; later ones are refused. The network stays. */
  async close(): Promise<void> {
    await this.#calls.close();
    await this.#closePools();
    await this.#reaper.close();
    await this.#flows.idle();
    await this.#nat.close();
    if (this.#ownsHost) this.host.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  static readonly #uncounted = countCalls(
    Network.prototype,
    [
      ...(['attach', 'attachMany', 'createPool', 'detach', 'detachMany', 'publish', 'unpublish'] as const),
      ...([
        'explainAttach',
        'explainDetach',
        'explainRemove',
        'gc',
        'info',
        'list',
        'reconcile',
        'stats',
      ] as const),
    ],
    (network) => network.#calls,
  );
}

// Whether no other network stands on the host.
async function isLast(host: Namespace, name: string): Promise<boolean> {
  return (await listBridges(host)).every(({ label }) => label.network === name);
}
