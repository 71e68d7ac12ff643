// What callers may say about networks and containers, and the checks it goes through before any system call.

import { unusable } from '../argument.js';
import { checkInterfaceName } from '../interface-name.js';
import { Namespace, type NamespaceReference, referenceOf } from '../namespace.js';
import { arrayOf, type Check, instanceOf, integer, oneOf, readOptions } from '../options.js';
import type { Wanted } from './ensure.js';
import { overlaps } from './formats/address.js';
import { checkMac } from './formats/mac.js';
import { checkContainerName, checkNetworkName } from './formats/names.js';
import type { NetworkSubnet } from './formats/network-addresses.js';
import { checkHostAddress, defaultGateway, parseSubnet, type Subnet, subnetOf } from './formats/subnet.js';

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
  /** Masquerade behind the host's address and forward; 'iptables' by default. */
  readonly nat?: 'iptables' | false;
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
  /** Of both ends, 68 to 65,535 bytes; the kernel's default (1,500) otherwise. */
  readonly mtu?: number;
  /** Looked at between steps; what was made is then taken back. */
  readonly signal?: AbortSignal;
}

/** One of many attaches: its options, and the container's name. */
export interface AttachManyItem extends Omit<AttachOptions, 'signal'> {
  readonly container: string;
}

/** What all endpoints of a pool have in common. */
export type PooledEndpointOptions = Omit<AttachOptions, 'namespace' | 'address' | 'mac' | 'signal'>;

/** An attach as asked for, checked. */
export interface AttachRequest {
  readonly container: string;
  readonly interfaceName: string;
  /** Wanted addresses, canonical. */
  readonly addresses: readonly string[];
  readonly namespace?: NamespaceReference | Namespace;
  readonly mac?: string;
  readonly mtu?: number;
  readonly signal?: AbortSignal;
}

const checkHost: Check<Namespace> = (value, option) => {
  const host = (instanceOf(Namespace as never) as Check<Namespace>)(value, option);
  if (host.closed) throw new TypeError(`${option}: the namespace was closed`);
  return host;
};
const checkSubnets: Check<readonly Subnet[]> = (value, option) => {
  const subnets = arrayOf((text, place) => parseSubnet(text, place))(value, option);
  if (subnets.length === 0) throw new RangeError(`${option}: must have at least one subnet`);
  for (const [index, subnet] of subnets.entries()) {
    const other = subnets.slice(0, index).find((one) => overlaps(one, subnet));
    if (other !== undefined)
      throw unusable(`${option}[${index}]`, subnet.cidr, `overlaps ${other.cidr} before it`);
  }
  return subnets;
};
/** One item stands for a list of it. */
const oneOrMore =
  <Item>(check: Check<Item>): Check<readonly Item[]> =>
  (value, option) =>
    Array.isArray(value) ? arrayOf(check)(value, option) : [check(value, option)];
const checkNamespace: Check<NamespaceReference | Namespace> = (value) => {
  if (!(value instanceof Namespace)) referenceOf(value as NamespaceReference);
  return value as NamespaceReference | Namespace;
};
/** The subnets with their gateways; an option's place is named, not its item. */
function withGateways(subnets: readonly Subnet[], wanted: unknown, option: string): readonly NetworkSubnet[] {
  const check: Check<string> = (value, place) => checkHostAddress(subnets, value, place);
  const gateways = wanted === undefined ? [] : oneOrMore(check)(wanted, option);
  return subnets.map((subnet) => {
    const [gateway = defaultGateway(subnet), second] = gateways.filter((one) => subnetOf([subnet], one));
    if (second !== undefined) throw unusable(option, second, `is a second gateway for ${subnet.cidr}`);
    return { ...subnet, gateway };
  });
}
const anything: Check<unknown> = (value) => value;

export function readNetworkOptions(options: NetworkOptions): { wanted: Wanted; host: Namespace | undefined } {
  const read = readOptions(
    'Network.ensure',
    options,
    { name: checkNetworkName, subnets: checkSubnets },
    { gateway: anything, nat: oneOf('iptables', false), host: checkHost },
  );
  const subnets = withGateways(read.subnets, read.gateway, 'Network.ensure: gateway');
  return { wanted: { name: read.name, subnets, nat: read.nat ?? 'iptables' }, host: read.host };
}

/** The host a call names, if it does. */
export function readHostOptions(where: string, options: HostOptions): Namespace | undefined {
  return readOptions(where, options, {}, { host: checkHost }).host;
}

/** Reads attach options for one network. Made once for it: making the checks costs as much as using them. */
export function attachOptionsReader(
  subnets: readonly NetworkSubnet[],
): (container: string, options: AttachOptions) => AttachRequest {
  const checkAddress: Check<string> = (value, option) => {
    const address = checkHostAddress(subnets, value, option);
    if (subnets.some(({ gateway }) => gateway === address))
      throw unusable(option, address, "is the network's gateway");
    return address;
  };
  const checks = {
    namespace: checkNamespace,
    address: oneOrMore(checkAddress),
    mac: checkMac,
    interfaceName: checkInterfaceName,
    mtu: integer(68, 65_535),
    signal: instanceOf(AbortSignal),
  };
  return (container, options) => {
    const name = checkContainerName(container);
    const { address: addresses = [], ...read } = readOptions('attach', options, {}, checks);
    const twice = addresses.find((address, index) => addresses.indexOf(address) < index);
    if (twice !== undefined) throw unusable('attach: address', twice, 'is asked for twice');
    return { container: name, interfaceName: 'eth0', ...read, addresses };
  };
}
