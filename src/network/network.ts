// Network: a bridge, an address range and its NAT, plus the containers attached to it. What most users want.
// Checks options, takes the lock, and leaves each part of the work to the file that knows it.

import { isIPv4 } from 'node:net';
import { NetworkError } from '../errors.js';
import { checkInterfaceName } from '../interface-name.js';
import { Namespace, type NamespaceReference, referenceOf } from '../namespace.js';
import { type AttachSteps, attachPlan, containerTaken, type EndpointPlan, judge } from './attach.js';
import type { EndpointInfo, NetworkInfo } from './description.js';
import { ensureNetwork, explainEnsure, type Wanted } from './ensure.js';
import { AddressAllocator } from './formats/allocator.js';
import { containerClaim } from './formats/claims.js';
import { newHostLinkName } from './formats/host-link.js';
import type { HostLinkLabel } from './formats/label.js';
import { checkMac, deriveMac } from './formats/mac.js';
import { checkContainerName, checkNetworkName } from './formats/names.js';
import { arrayOf, type Check, instanceOf, integer, oneOf, readOptions } from './formats/options.js';
import { checkHostAddress, defaultGateway, parseSubnet, type Subnet } from './formats/subnet.js';
import { type ForwardingReport, switchBack } from './forwarding.js';
import { exclusively, sharedLock, whenUnlocked } from './host-lock.js';
import { explainDisable, HostNat } from './host-nat.js';
import {
  detachPlan,
  explainDetach,
  explainLinkRemoval,
  findPort,
  releaseNamespaces,
  removeLinks,
} from './removal.js';
import {
  describeNetwork,
  describePort,
  findLink,
  listBridges,
  listPorts,
  natOf,
  openBridge,
  type StandingBridge,
} from './standing.js';

export interface HostOptions {
  /** The namespace the bridge stands in; the current one by default. It stays the caller's to close. */
  readonly host?: Namespace;
}

export interface NetworkOptions extends HostOptions {
  /** The bridge's name: 1 to 15 of letters, digits, `_`, `.` and `-`. */
  readonly name: string;
  /** One IPv4 range by its network address, /8 to /30: ['172.16.0.0/24']. */
  readonly subnets: readonly string[];
  /** The bridge's address; the subnet's first by default. */
  readonly gateway?: string;
  /** Masquerade behind the host's address and forward; 'iptables' by default. */
  readonly nat?: 'iptables' | false;
}

export interface AttachOptions {
  /** A namespace that exists; by default one named after the container, made where there is none. */
  readonly namespace?: NamespaceReference | Namespace;
  /** An address of the subnet; a free one by default. */
  readonly address?: string;
  /** Of the container's end; derived from network and address by default, so that an address reused is reachable at once. */
  readonly mac?: string;
  /** Of the container's end; 'eth0' by default. */
  readonly interfaceName?: string;
  /** Of both ends, 68 to 65,535 bytes; the kernel's default (1,500) otherwise. */
  readonly mtu?: number;
  /** Looked at between steps; what was made is then taken back. */
  readonly signal?: AbortSignal;
}

/** An attached container. */
export interface Endpoint extends EndpointInfo {
  /** The network's name. */
  readonly network: string;
  /** Of the container's end. */
  readonly interfaceName: string;
}

export interface RemovalReport extends ForwardingReport {
  /** Names below /run/netns that netplumb had made and removed now. */
  readonly namespaces: readonly string[];
}

const checkHost = instanceOf(Namespace as never) as Check<Namespace>;
const checkSubnets: Check<readonly string[]> = (value, option) => {
  const subnets = arrayOf((text, place) => parseSubnet(text, place).cidr)(value, option);
  if (subnets.length !== 1) throw new RangeError(`${option}: must be one subnet, got ${subnets.length}`);
  return subnets;
};
const checkNamespace: Check<NamespaceReference | Namespace> = (value) => {
  if (!(value instanceof Namespace)) referenceOf(value as NamespaceReference);
  return value as NamespaceReference | Namespace;
};
const checkIPv4: Check<string> = (value, option) => {
  if (typeof value !== 'string') throw new TypeError(`${option}: must be a string`);
  if (!isIPv4(value)) throw new RangeError(`${option}: ${JSON.stringify(value)} is not an IPv4 address`);
  return value;
};

function readNetworkOptions(options: NetworkOptions): { wanted: Wanted; host: Namespace | undefined } {
  const read = readOptions(
    'Network.ensure',
    options,
    { name: checkNetworkName, subnets: checkSubnets },
    { gateway: checkIPv4, nat: oneOf('iptables', false), host: checkHost },
  );
  const subnet = parseSubnet(read.subnets[0]);
  const gateway =
    read.gateway === undefined
      ? defaultGateway(subnet)
      : checkHostAddress(subnet, read.gateway, 'Network.ensure: gateway');
  return {
    wanted: { name: read.name, subnet: subnet.cidr, gateway, nat: read.nat ?? 'iptables' },
    host: read.host,
  };
}

/** A network. The handle holds no state that matters: everything is read from the kernel. */
export class Network {
  readonly host: Namespace;
  /** True where `ensure` made it, false where it stood. */
  readonly created: boolean;
  readonly #ownsHost: boolean;
  readonly #bridge: StandingBridge;
  readonly #subnet: Subnet;
  readonly #nat: HostNat;
  readonly #addresses: AddressAllocator;

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
    this.#subnet = parseSubnet(bridge.label.subnets[0]);
    this.#addresses = new AddressAllocator(this.#subnet, { taken, exclude: bridge.label.gateways });
  }

  get name(): string {
    return this.#bridge.label.network;
  }
  get subnets(): readonly string[] {
    return this.#bridge.label.subnets;
  }
  get gateway(): string {
    return this.#bridge.label.gateways[0] ?? '';
  }
  get nat(): 'iptables' | false {
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
      const { bridge, created } = await exclusively(host, () => ensureNetwork(host, nat, wanted));
      return { bridge, created };
    });
  }

  /** Finds a network that stands; changes nothing. @throws {NetworkError} ENONETWORK, ENOTOURS */
  static async open(name: string, options: HostOptions = {}): Promise<Network> {
    const checked = checkNetworkName(name);
    const { host: given } = readOptions('Network.open', options, {}, { host: checkHost });
    return Network.#with(given, async (host) => ({
      bridge: await openBridge(host, checked),
      created: false,
    }));
  }

  /** All networks on a host and what is attached to them. */
  static async list(options: HostOptions = {}): Promise<readonly NetworkInfo[]> {
    const { host: given } = readOptions('Network.list', options, {}, { host: checkHost });
    const host = given ?? (await Namespace.current());
    try {
      const infos: NetworkInfo[] = [];
      for (const bridge of await listBridges(host))
        infos.push(describeNetwork(bridge, await listPorts(host, bridge)));
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
   * @throws {NetworkError} ECONTAINERTAKEN, EADDRTAKEN, ESUBNETFULL, EBRIDGEFULL, ELOCKED
   * @throws {NetlinkError} with the step and the kernel's reason
   * @throws {TypeError | RangeError} for wrong options, before any system call
   * @example const { addresses } = await net.attach('container1')
   */
  async attach(container: string, options: AttachOptions = {}): Promise<Endpoint> {
    const { signal, wanted, ...rest } = this.#readAttach(container, options);
    let endpoint = this.#endpoint(rest, this.#addresses.take(wanted));
    try {
      for (;;) {
        const { plan, steps } = attachPlan(endpoint);
        try {
          await whenUnlocked(this.host, () =>
            plan.run({ lock: sharedLock(this.host), ...(signal && { signal }) }),
          );
          return toEndpoint(endpoint);
        } catch (error) {
          endpoint = await this.#next(error, steps, endpoint, wanted, rest);
        }
      }
    } catch (error) {
      // Ours, it is free again; taken by somebody else it stays marked.
      const othersHaveIt =
        error instanceof NetworkError && (error.code === 'EADDRTAKEN' || error.code === 'ESUBNETFULL');
      if (!othersHaveIt) this.#addresses.release(endpoint.address);
      throw error;
    }
  }

  // What to try after a failure, or the error to reject with.
  async #next(
    error: unknown,
    steps: AttachSteps,
    endpoint: EndpointPlan,
    wanted: string | undefined,
    rest: AttachRequest,
  ): Promise<EndpointPlan> {
    const verdict = judge(error, steps, endpoint);
    switch (verdict.kind) {
      case 'namespaceExists':
        return {
          ...endpoint,
          namespace: endpoint.label.container,
          label: { ...endpoint.label, namespace: 'brought' },
        };
      case 'hasDefaultRoute':
        if (endpoint.namespace === undefined) throw error;
        return { ...endpoint, defaultRoute: false };
      case 'addressTaken':
        if (wanted !== undefined)
          throw new NetworkError('EADDRTAKEN', `address ${wanted} is taken`, { cause: error });
        return withAddressOf(this.#endpoint(rest, await this.#anotherAddress()), endpoint);
      case 'nameExists':
        if ((await findLink(this.host, containerClaim(this.name, endpoint.label.container))) === undefined)
          throw error;
        throw containerTaken(endpoint.label, error);
      default:
        throw verdict.error;
    }
  }

  // Another process took it. When none seems left, the kernel knows what was released meanwhile.
  async #anotherAddress(): Promise<string> {
    if (this.#addresses.full) this.#addresses.resync(await takenAddresses(this.host, this.#bridge));
    return this.#addresses.take();
  }

  #readAttach(
    container: string,
    options: AttachOptions,
  ): AttachRequest & { signal: AbortSignal | undefined; wanted: string | undefined } {
    const name = checkContainerName(container);
    const read = readOptions(
      'attach',
      options,
      {},
      {
        namespace: checkNamespace,
        address: (value, option) => checkHostAddress(this.#subnet, value, option),
        mac: checkMac,
        interfaceName: checkInterfaceName,
        mtu: integer(68, 65_535),
        signal: instanceOf(AbortSignal),
      },
    );
    if (read.address === this.gateway)
      throw new RangeError(`attach: address: ${read.address} is the network's gateway`);
    const { signal, address: wanted, interfaceName = 'eth0', ...rest } = read;
    return { name, interfaceName, ...rest, signal, wanted };
  }

  #endpoint({ name, interfaceName, namespace, mac, mtu }: AttachRequest, address: string): EndpointPlan {
    const label: HostLinkLabel = {
      kind: 'hostLink',
      network: this.name,
      container: name,
      addresses: [`${address}/${this.#subnet.prefix}`],
      mac: mac ?? deriveMac(this.name, address),
      interfaceName,
      namespace: namespace === undefined ? 'created' : 'brought',
    };
    return {
      host: this.host,
      bridge: this.#bridge.index,
      hostLink: newHostLinkName(),
      label,
      address,
      gateway: this.gateway,
      defaultRoute: true,
      ...(mtu === undefined ? {} : { mtu }),
      ...(namespace === undefined ? {} : { namespace }),
    };
  }

  /** Detaches a container: silenced, its name and address free, its link gone; a namespace that netplumb made loses its name. @throws {NetworkError} ENOCONTAINER */
  async detach(container: string): Promise<void> {
    const name = checkContainerName(container);
    const port = await findPort(this.host, this.name, name);
    await whenUnlocked(this.host, () => detachPlan(this.host, port).run({ lock: sharedLock(this.host) }));
    await releaseNamespaces(this.host, [port.label]);
    for (const text of port.label.addresses) this.#addresses.release(text.split('/')[0] ?? '');
  }

  /** What is attached, as the kernel has it. */
  async list(): Promise<readonly EndpointInfo[]> {
    return (await listPorts(this.host, this.#bridge)).map(describePort);
  }

  /** The network and what is attached to it, as the kernel has it. */
  async info(): Promise<NetworkInfo> {
    const bridge = await openBridge(this.host, this.name);
    return describeNetwork(bridge, await listPorts(this.host, bridge));
  }

  /**
   * Removes the network: its rules, its containers' links and the namespaces netplumb made for them, its bridge; puts
   * forwarding back unless somebody else may rely on it. The handle is closed then.
   * @throws {NetworkError} ENONETWORK @throws {NatError} before anything else is touched
   */
  async remove(): Promise<RemovalReport> {
    const report = await exclusively(this.host, async (lock) => {
      const bridge = await openBridge(this.host, this.name);
      if (natOf(bridge.label) !== false) await this.#nat.disable(this.name);
      const forwarding = await switchBack(this.host, this.#nat, bridge);
      const ports = await removeLinks(this.host, bridge);
      const namespaces = await releaseNamespaces(
        this.host,
        ports.map(({ label }) => label),
      );
      if ((await listBridges(this.host)).length === 0) lock.discard();
      return { ...forwarding, namespaces };
    });
    await this.close();
    return report;
  }

  /** The shell lines of `attach`. */
  async explainAttach(container: string, options: AttachOptions = {}): Promise<readonly string[]> {
    const { wanted, signal: _, ...rest } = this.#readAttach(container, options);
    const taken = await takenAddresses(this.host, this.#bridge);
    const address = new AddressAllocator(this.#subnet, { taken, exclude: this.#bridge.label.gateways }).take(
      wanted,
    );
    const endpoint = { ...this.#endpoint(rest, address), bridge: this.name };
    return attachPlan(endpoint).plan.explain(this.host);
  }

  /** The shell lines of `detach`. */
  async explainDetach(container: string): Promise<readonly string[]> {
    return explainDetach(this.host, await findPort(this.host, this.name, checkContainerName(container)));
  }

  /** The shell lines of `remove`. */
  async explainRemove(): Promise<readonly string[]> {
    const bridge = await openBridge(this.host, this.name);
    const links = explainLinkRemoval(bridge, await listPorts(this.host, bridge));
    const nat =
      natOf(bridge.label) === false
        ? []
        : explainDisable({ network: this.name, subnet: this.#subnet.cidr, bridge: this.name });
    const forward =
      bridge.label.forward === undefined ? [] : [`sysctl -w net.ipv4.ip_forward=${bridge.label.forward}`];
    return [...nat, ...forward, ...links];
  }

  /** Closes the handle and its share of the NAT session; the network stays. */
  async close(): Promise<void> {
    await this.#nat.close();
    if (this.#ownsHost) this.host.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

interface AttachRequest {
  readonly name: string;
  readonly interfaceName: string;
  readonly namespace?: NamespaceReference | Namespace;
  readonly mac?: string;
  readonly mtu?: number;
}

// Another address for what a try has found out of the namespace.
function withAddressOf(fresh: EndpointPlan, { namespace, label, defaultRoute }: EndpointPlan): EndpointPlan {
  return {
    ...fresh,
    ...(namespace === undefined ? {} : { namespace }),
    label: { ...fresh.label, namespace: label.namespace },
    defaultRoute,
  };
}

async function takenAddresses(host: Namespace, bridge: StandingBridge): Promise<readonly string[]> {
  const ports = await listPorts(host, bridge);
  return ports.flatMap(({ label }) => label.addresses.map((text) => text.split('/')[0] ?? ''));
}

function toEndpoint({ label, hostLink }: EndpointPlan): Endpoint {
  const { container, addresses, mac, interfaceName, network } = label;
  return { name: container, addresses, mac, hostLink, interfaceName, network };
}
