// What callers may say about networks and containers, and the checks it goes through before any system call.

import { unusable } from '../argument.js';
import { checkInterfaceName } from '../interface-name.js';
import { Namespace, type NamespaceReference, referenceOf } from '../namespace.js';
import {
  checkNatOptions,
  type NatOptions,
  type NatSettings,
  type PortIntent,
  type PublishOptions,
  plainSettings as plainRules,
} from '../nat/index.js';
import { boolean, type Check, instanceOf, integer, oneOf, readOptions } from '../options.js';
import { type Buckets, checkLimits, type RateLimits } from './attach/rate-limit.js';
import { checkMac } from './formats/mac.js';
import { checkContainerName, checkNetworkName } from './formats/names.js';
import type { NetworkSubnet } from './formats/network-addresses.js';
import type { ContainerRoute, NetworkSettings } from './formats/network-settings.js';
import { ruleFields } from './formats/rule-fields.js';
import { checkHostAddress, type Subnet } from './formats/subnet.js';
import { checkLabel, type Wanted } from './host/ensure.js';
import { leastIpv6Mtu, usualMtu } from './mtu.js';
import {
  anything,
  checkChoice,
  checkRanges,
  checkRoutes,
  checkSubnets,
  checkSysctls,
  oneOrMore,
  type RouteWish,
  withGateways,
} from './option-checks.js';
import { checkPorts } from './ports/published.js';

export interface HostOptions {
  /** The namespace the bridge stands in; the current one by default. It stays the caller's to close. */
  readonly host?: Namespace;
}

export interface NetworkOptions extends HostOptions {
  /** The bridge's name: 1 to 15 of letters, digits, `_`, `.` and `-`. */
  readonly name: string;
  /**
   * Address ranges by their network addresses, of IPv4 (/8 to /30), IPv6 (/16 to /126) or both: ['172.16.0.0/24', 'fd00:1::/64'].
   * A container gets an address of each family; several ranges of one family are filled in their order.
   */
  readonly subnets: readonly string[];
  /** The bridge's address in each subnet; the first of those that are not named. */
  readonly gateway?: string | readonly string[];
  /**
   * Masquerade behind the host's address and forward, and who does it; 'iptables' by default where the network is made. Asked for where it
   * stands with the other one, it is switched: no flow is lost.
   */
  readonly nat?: 'iptables' | 'nftables' | false;
  /** What its rules do beside that: source addresses, exclusions, an internal network, what is open. Only with `nat`. */
  readonly rules?: NatOptions;
  /**
   * No way out: containers get no default route, nothing is masqueraded, and with NAT the host's rules let nothing in or out.
   * The same as `rules: { internal: true }`, but also without NAT. False by default.
   */
  readonly internal?: boolean;
  /** Of the bridge, pinned; derived from its name and first gateway by default. */
  readonly mac?: string;
  /** Of all links of the network, 68 to 65,535 bytes; by default that of the link with the host's default route, if the network has NAT. */
  readonly mtu?: number;
  /** Addresses that are not chosen for containers, though one may ask for them: '172.16.0.10', '172.16.0.10-172.16.0.20', a CIDR. There is room for about 40 that do not touch. */
  readonly exclude?: string | readonly string[];
  /** What addresses are chosen from, one range for each subnet at most, written likewise. */
  readonly range?: string | readonly string[];
  /** Routes that containers get, such as to other networks of the host. */
  readonly routes?: readonly RouteWish[];
  /**
   * Containers do not reach each other, only the host; false by default. The bridge keeps them apart (`bridge link set … isolated on`), and
   * with NAT rules drop what the host would route between them. Ports they publish are reached.
   */
  readonly isolated?: boolean;
  /** A container reaches itself by an address outside; false by default. `bridge link set … hairpin on` */
  readonly hairpin?: boolean;
  /** The bridge tells VLANs apart; false by default. `ip link set … type bridge vlan_filtering 1` */
  readonly vlanFiltering?: boolean;
  /** Make it although the host has a route into one of the subnets; another network of netplumb's is refused all the same. */
  readonly allowOverlap?: boolean;
}

export interface AttachOptions {
  /** A namespace that exists; by default one named after the container, made where there is none. */
  readonly namespace?: NamespaceReference | Namespace;
  /** An address of the network, or several; a free one of each family that is not among them. */
  readonly address?: string | readonly string[];
  /** Of the container's end; derived from network and address by default, so that an address reused is reachable at once. */
  readonly mac?: string;
  /** Of the container's end; 'eth0' by default. */
  readonly interfaceName?: string;
  /** Ports of the host that lead to the container. */
  readonly publish?: PublishOptions | readonly PublishOptions[];
  /** Of both ends, 68 to 65,535 bytes; the network's by default. Less than 1,280 only where the network has one of its own, other than 1,500. */
  readonly mtu?: number;
  /** More routes than the network's, in the container. */
  readonly routes?: readonly RouteWish[];
  /**
   * It does not reach other isolated containers over the bridge; as the network says by default. In a network that is not isolated the host
   * still routes between them: to other subnets, or for one that makes itself a route.
   */
  readonly isolated?: boolean;
  /** It reaches itself by an address outside; as the network says by default. */
  readonly hairpin?: boolean;
  /** How fast it may receive and send; as fast as the link does by default. */
  readonly limit?: RateLimits;
  /** Settings below net. to write in the container, in their order: { 'net.ipv4.ip_unprivileged_port_start': 0 }. */
  readonly sysctls?: Readonly<Record<string, string | number>>;
  /** Looked at between steps; what was made is then taken back. */
  readonly signal?: AbortSignal;
}

/** One of many attaches: its options, and the container's name. */
export interface AttachManyItem extends Omit<AttachOptions, 'signal'> {
  readonly container: string;
}

/** What all endpoints of a pool have in common. */
export type PooledEndpointOptions = Omit<
  AttachOptions,
  'namespace' | 'address' | 'mac' | 'publish' | 'signal'
>;

export interface DetachOptions {
  /** Fulfil when the container's link is gone, not only silent; false by default. */
  readonly wait?: boolean;
}

/** An attach as asked for, checked. */
export interface AttachRequest {
  readonly container: string;
  readonly interfaceName: string;
  /** Wanted addresses, canonical. */
  readonly addresses: readonly string[];
  readonly namespace?: NamespaceReference | Namespace;
  readonly publish?: readonly PortIntent[];
  readonly mac?: string;
  readonly mtu?: number;
  readonly routes: readonly ContainerRoute[];
  readonly isolated?: boolean;
  readonly hairpin?: boolean;
  readonly sysctls?: readonly (readonly [name: string, value: string])[];
  readonly limits?: Buckets;
  readonly signal?: AbortSignal;
}

const checkHost: Check<Namespace> = (value, option) => {
  const host = (instanceOf(Namespace as never) as Check<Namespace>)(value, option);
  if (host.closed) throw new TypeError(`${option}: the namespace was closed`);
  return host;
};
const checkRules: Check<NatSettings | undefined> = (value, option) => {
  const settings = checkNatOptions(value, option, checkNetworkName);
  return ruleFields(settings).length === 0 ? undefined : settings;
};
const checkNamespace: Check<NamespaceReference | Namespace> = (value) => {
  if (!(value instanceof Namespace)) referenceOf(value as NamespaceReference);
  return value as NamespaceReference | Namespace;
};
export function readNetworkOptions(options: NetworkOptions): { wanted: Wanted; host: Namespace | undefined } {
  const { host, ...read } = readOptions(
    where,
    options,
    { name: checkNetworkName, subnets: checkSubnets },
    {
      gateway: anything,
      nat: oneOf('iptables', 'nftables', false),
      rules: checkRules,
      internal: boolean,
      mac: checkMac,
      mtu: integer(68, 65_535),
      exclude: anything,
      range: anything,
      routes: anything,
      isolated: boolean,
      hairpin: boolean,
      vlanFiltering: boolean,
      allowOverlap: boolean,
      host: checkHost,
    },
  );
  if (read.nat === false && read.rules !== undefined)
    throw new RangeError(`${where}: rules: a network without NAT has no rules`);
  const subnets = withGateways(read.subnets, read.gateway, `${where}: gateway`);
  checkMtu(subnets, read.mtu, `${where}: mtu`);
  const settings: NetworkSettings = {
    ...(read.mtu !== undefined && { mtu: read.mtu }),
    exclude: checkRanges(subnets, read.exclude, `${where}: exclude`),
    ranges: checkChoice(subnets, read.range, `${where}: range`),
    routes: checkRoutes(subnets, read.routes, `${where}: routes`),
    isolated: read.isolated ?? false,
    hairpin: read.hairpin ?? false,
  };
  const wanted: Wanted = {
    name: read.name,
    subnets,
    nat: read.nat ?? 'iptables',
    natAsked: read.nat !== undefined,
    settings,
    vlanFiltering: read.vlanFiltering ?? false,
    allowOverlap: read.allowOverlap ?? false,
    ...(read.mac !== undefined && { mac: read.mac }),
    ...rulesOf(read.rules, read.internal),
  };
  checkLabel(wanted, where);
  return { wanted, host };
}

function rulesOf(rules: NatSettings | undefined, internal = false): Pick<Wanted, 'rules'> {
  if (!internal) return rules === undefined ? {} : { rules };
  // Checked again, for an internal network cannot be opened.
  return {
    rules: checkNatOptions({ ...plainRules, ...rules, internal }, `${where}: rules`, checkNetworkName),
  };
}

const where = 'Network.ensure';

function checkMtu(subnets: readonly Subnet[], mtu: number | undefined, option: string): void {
  if (mtu !== undefined && mtu < leastIpv6Mtu && subnets.some(({ family }) => family === 6))
    throw unusable(option, mtu, `is less than IPv6 needs, ${leastIpv6Mtu}`);
}

/**
 * A bridge follows the narrowest of its ports unless it was given another MTU than it had. One that becomes narrower than IPv6 needs forgets what it was
 * told, and listens to its containers' router advertisements once it is wide again.
 */
function checkBridgeStays(network: number | undefined, mtu: number | undefined): void {
  if (mtu === undefined || mtu >= leastIpv6Mtu || (network !== undefined && network !== usualMtu)) return;
  const reason = `is less than ${leastIpv6Mtu}, and the network has no mtu of its own: its bridge would follow`;
  throw unusable('attach: mtu', mtu, reason);
}

/** The host a call names, if it does. */
export function readHostOptions(where: string, options: HostOptions): Namespace | undefined {
  return readOptions(where, options, {}, { host: checkHost }).host;
}

const detachChecks = { wait: boolean };

export function readDetachOptions(options: DetachOptions): DetachOptions {
  return readOptions('detach', options, {}, detachChecks);
}

/** Reads attach options for one network. Made once for it: making the checks costs as much as using them. */
export function attachOptionsReader(
  subnets: readonly NetworkSubnet[],
  { mtu: networkMtu }: Pick<NetworkSettings, 'mtu'>,
): (container: string, options?: AttachOptions) => AttachRequest {
  const checkAddress: Check<string> = (value, option) => {
    const address = checkHostAddress(subnets, value, option);
    if (subnets.some(({ gateway }) => gateway === address))
      throw unusable(option, address, "is the network's gateway");
    return address;
  };
  const checks = {
    namespace: checkNamespace,
    address: oneOrMore(checkAddress),
    publish: checkPorts,
    mac: checkMac,
    interfaceName: checkInterfaceName,
    mtu: integer(68, 65_535),
    routes: anything,
    isolated: boolean,
    hairpin: boolean,
    limit: checkLimits,
    sysctls: checkSysctls,
    signal: instanceOf(AbortSignal),
  };
  return (container, options) => {
    const name = checkContainerName(container);
    if (options === undefined) return { container: name, interfaceName: 'eth0', addresses: [], routes: [] };
    const {
      address: addresses = [],
      routes: wishes,
      limit: limits,
      ...read
    } = readOptions('attach', options, {}, checks);
    const routes = checkRoutes(subnets, wishes, 'attach: routes');
    checkMtu(subnets, read.mtu, 'attach: mtu');
    checkBridgeStays(networkMtu, read.mtu);
    const twice = addresses.find((address, index) => addresses.indexOf(address) < index);
    if (twice !== undefined) throw unusable('attach: address', twice, 'is asked for twice');
    return { container: name, interfaceName: 'eth0', ...read, addresses, routes, ...(limits && { limits }) };
  };
}
