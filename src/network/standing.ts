// Reads networks back from the kernel: bridges and their ports, by their labels. The kernel is the database; nothing is kept elsewhere.

import { NetlinkError, NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import type { BackendName } from '../nat/index.js';
import type { BridgeData } from '../rtnl/attributes.generated.js';
import type { Link } from '../rtnl/links.js';
import type { EndpointInfo, NetworkInfo, NetworkInfoOptions, PooledInfo } from './description.js';
import { withoutPrefix } from './formats/address.js';
import { formatAddressRange } from './formats/address-range.js';
import type { BridgeLabel, HostLinkLabel, PooledLabel } from './formats/label.js';
import { parseLabel } from './formats/label-reader.js';
import type { NetworkSubnet } from './formats/network-addresses.js';
import { plainSettings } from './formats/network-settings.js';
import { parsePortClaim } from './formats/port-claims.js';
import { makingGroup } from './formats/reaping.js';
import { parseSubnet } from './formats/subnet.js';
import { publishedPort } from './ports/published.js';

/** A network's bridge. */
export interface StandingBridge {
  readonly index: number;
  readonly up: boolean;
  readonly mac: string;
  readonly vlanFiltering: boolean;
  readonly label: BridgeLabel;
}

/** A container's link on the host. */
export interface StandingPort {
  readonly index: number;
  readonly name: string;
  /** The index of its other end, in the container's namespace. */
  readonly peer: number;
  /** Its further names, claims among them. */
  readonly altNames: readonly string[];
  /** What the host calls the container's namespace. */
  readonly netNsId?: number;
  readonly label: HostLinkLabel;
}

/** An endpoint's link on the host, which stands ready in a pool. */
export interface StandingPooled {
  readonly index: number;
  readonly name: string;
  readonly label: PooledLabel;
}

/** What hangs on a network's bridge and is ours. */
export interface StandingEndpoints {
  readonly ports: readonly StandingPort[];
  readonly pooled: readonly StandingPooled[];
}

/** What stands under a network's name. */
export type Standing =
  | { readonly kind: 'absent' }
  /** Made by `ensure`, which was stopped before it could label it. */
  | { readonly kind: 'halfMade'; readonly index: number }
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'network'; readonly bridge: StandingBridge };

/** The link, or undefined where there is none. `ip link show dev NAME` */
export async function findLink(host: Namespace, name: string | number): Promise<Link | undefined> {
  try {
    return await host.links.get(name);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}

function bridgeOf(link: Link, label: BridgeLabel): StandingBridge {
  const { index = 0, flags = [], address = '', linkInfo } = link;
  const data = linkInfo?.data as BridgeData | undefined;
  const vlanFiltering = data?.vlanFiltering ?? false;
  return { index, up: flags.includes('up'), mac: address, vlanFiltering, label };
}

/** @param mac as `ensure` would pin it; an unlabelled bridge that has it is half made, as is one in the group of those in the making */
export async function findStanding(host: Namespace, name: string, mac?: string): Promise<Standing> {
  const link = await findLink(host, name);
  if (link === undefined) return { kind: 'absent' };
  const label = parseLabel(link.alias);
  if (label?.kind === 'newer')
    return { kind: 'foreign', why: `was made by a newer netplumb (label version ${label.version})` };
  if (label?.kind === 'bridge' && label.network === name && link.linkInfo?.kind === 'bridge') {
    return { kind: 'network', bridge: bridgeOf(link, label) };
  }
  const ours = link.group === makingGroup || (mac !== undefined && link.address === mac);
  if (label === undefined && ours && link.linkInfo?.kind === 'bridge') {
    const ports = await host.links.list({ master: link.index ?? 0 });
    if (ports.length === 0) return { kind: 'halfMade', index: link.index ?? 0 };
    return { kind: 'foreign', why: `has ports (${ports[0]?.name ?? ''}) and no label: it may have lost it` };
  }
  if (label?.kind === 'damaged') return { kind: 'foreign', why: `has a damaged label: ${label.reason}` };
  return { kind: 'foreign', why: 'was not made by netplumb' };
}

/**
 * The bridge of a network that must be there.
 * @param index of the bridge that is meant, by a handle that knows it
 * @throws {NetworkError} ENONETWORK, ENOTOURS
 */
export async function openBridge(host: Namespace, name: string, index?: number): Promise<StandingBridge> {
  const standing = await findStanding(host, name);
  if (standing.kind === 'network') {
    if (index === undefined || standing.bridge.index === index) return standing.bridge;
    throw new NetworkError('ENONETWORK', `network ${name} was removed, and made anew; open it again`);
  }
  if (standing.kind === 'foreign')
    throw new NetworkError('ENOTOURS', `${name} ${standing.why}; it is left as it is`);
  throw new NetworkError('ENONETWORK', `there is no network ${name} here`);
}

/** The bridges of all networks on a host. */
export async function listBridges(host: Namespace): Promise<readonly StandingBridge[]> {
  const bridges = await host.links.list({ kind: 'bridge' });
  return bridges.flatMap((link) => {
    const label = parseLabel(link.alias);
    return label?.kind === 'bridge' && label.network === link.name ? [bridgeOf(link, label)] : [];
  });
}

/** A link that has a label, as the ports of a network are listed. */
export function portOf<Label>(
  { index = 0, name = '', link: peer = 0, altNames = [], linkNetNsId }: Link,
  label: Label,
) {
  return { index, name, peer, altNames, ...(linkNetNsId !== undefined && { netNsId: linkNetNsId }), label };
}

/** The container links of a network, and those its pools keep ready; other ports of its bridge are somebody else's. */
export async function listEndpoints(host: Namespace, bridge: StandingBridge): Promise<StandingEndpoints> {
  return endpointsAmong(await host.links.list({ master: bridge.index }), bridge);
}

/** As `listEndpoints`, on the calling thread. */
export function listEndpointsSync(host: Namespace, bridge: StandingBridge): StandingEndpoints {
  return endpointsAmong(host.links.listSync({ master: bridge.index }), bridge);
}

function endpointsAmong(links: readonly Link[], bridge: StandingBridge): StandingEndpoints {
  const ports: StandingPort[] = [];
  const pooled: StandingPooled[] = [];
  for (const link of links) {
    const label = parseLabel(link.alias);
    if (label?.kind === 'hostLink' && label.network === bridge.label.network) ports.push(portOf(link, label));
    if (label?.kind === 'pooled' && label.network === bridge.label.network) pooled.push(portOf(link, label));
  }
  return { ports, pooled };
}

/** The container links of a network. */
export async function listPorts(host: Namespace, bridge: StandingBridge): Promise<readonly StandingPort[]> {
  return (await listEndpoints(host, bridge)).ports;
}

export function describePort({ index, name, label, altNames }: StandingPort): EndpointInfo {
  const { container, network, addresses, mac, interfaceName } = label;
  const published = altNames.flatMap((claim) => parsePortClaim(claim) ?? []).map(publishedPort);
  return {
    name: container,
    network,
    addresses,
    mac,
    interfaceName,
    hostLink: name,
    hostLinkIndex: index,
    ...(published.length > 0 && { published }),
  };
}

export function describePooled({ name, label }: StandingPooled): PooledInfo {
  const { pool, addresses, mac } = label;
  return { pool, addresses, ...(mac === undefined ? {} : { mac }), hostLink: name };
}

function describeOptions({ label, vlanFiltering }: StandingBridge): NetworkInfoOptions {
  const { mtu, exclude, ranges, routes, isolated, hairpin } = label.settings ?? plainSettings;
  return {
    ...(label.rules?.internal === true && { internal: true }),
    ...(mtu !== undefined && { mtu }),
    ...(exclude.length > 0 && { exclude: exclude.map(formatAddressRange) }),
    ...(ranges.length > 0 && { range: ranges.map(formatAddressRange) }),
    ...(routes.length > 0 && {
      routes: routes.map(({ destination, gateway }) =>
        gateway === undefined ? destination : { destination, gateway },
      ),
    }),
    ...(isolated && { isolated }),
    ...(hairpin && { hairpin }),
    ...(vlanFiltering && { vlanFiltering }),
  };
}

export function describeNetwork(bridge: StandingBridge, { ports, pooled }: StandingEndpoints): NetworkInfo {
  const { label } = bridge;
  return {
    name: label.network,
    subnets: label.subnets,
    gateways: label.gateways,
    nat: natOf(label),
    options: describeOptions(bridge),
    containers: ports.map(describePort),
    pooled: pooled.map(describePooled),
  };
}

/** The subnets of a network, by its label. @throws {RangeError} for a range that this netplumb would not have taken */
export function subnetsOf({ subnets, gateways }: BridgeLabel): readonly NetworkSubnet[] {
  return subnets.map((cidr, index) => ({ ...parseSubnet(cidr), gateway: gateways[index] ?? '' }));
}

/** The addresses on host links, without prefixes. */
export function addressesOf(
  links: readonly { readonly label: Pick<HostLinkLabel, 'addresses'> }[],
): readonly string[] {
  return links.flatMap(({ label }) => label.addresses.map(withoutPrefix));
}

/** Which backend speaks for a network; false for none, and for one that only a newer netplumb knows. */
export function natOf(label: BridgeLabel): BackendName | false {
  return label.nat === 'iptables' || label.nat === 'nftables' ? label.nat : false;
}
