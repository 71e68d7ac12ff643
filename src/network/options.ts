// What callers may say about networks and containers, and the checks it goes through before any system call.

import { isIPv4 } from 'node:net';
import { checkInterfaceName } from '../interface-name.js';
import { Namespace, type NamespaceReference, referenceOf } from '../namespace.js';
import { arrayOf, type Check, instanceOf, integer, oneOf, readOptions } from '../options.js';
import type { Wanted } from './ensure.js';
import { checkMac } from './formats/mac.js';
import { checkContainerName, checkNetworkName } from './formats/names.js';
import { checkHostAddress, defaultGateway, parseSubnet, type Subnet } from './formats/subnet.js';

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

/** An attach as asked for, checked. */
export interface AttachRequest {
  readonly container: string;
  readonly interfaceName: string;
  readonly address?: string;
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

export function readNetworkOptions(options: NetworkOptions): { wanted: Wanted; host: Namespace | undefined } {
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

/** The host a call names, if it does. */
export function readHostOptions(where: string, options: HostOptions): Namespace | undefined {
  return readOptions(where, options, {}, { host: checkHost }).host;
}

/** Reads attach options for one network. Made once for it: making the checks costs as much as using them. */
export function attachOptionsReader(
  subnet: Subnet,
  gateway: string,
): (container: string, options: AttachOptions) => AttachRequest {
  const checks = {
    namespace: checkNamespace,
    address: (value: unknown, option: string) => checkHostAddress(subnet, value, option),
    mac: checkMac,
    interfaceName: checkInterfaceName,
    mtu: integer(68, 65_535),
    signal: instanceOf(AbortSignal),
  };
  return (container, options) => {
    const name = checkContainerName(container);
    const read = readOptions('attach', options, {}, checks);
    if (read.address === gateway)
      throw new RangeError(`attach: address: ${gateway} is the network's gateway`);
    return { container: name, interfaceName: 'eth0', ...read };
  };
}
