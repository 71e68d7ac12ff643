// What is drawn: a host's uplinks, its networks and what hangs on them, as plain data read from the kernel.
// Knows nothing of pictures.
import { type EndpointInfo, type Namespace, Network, type NetworkInfo } from '../../index.js';

/** A link by which packets leave the host: it has a default route. */
export interface UplinkNode {
  readonly name: string;
  readonly addresses: readonly string[];
  /** The next routers; none on a point-to-point link. */
  readonly gateways: readonly string[];
}

export interface ContainerNode {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly hostLink: string;
}

export interface NetworkNode {
  /** The bridge's name too. */
  readonly name: string;
  /** The host's on the bridge. */
  readonly addresses: readonly string[];
  /** Who masquerades its ranges behind the uplinks; 'none' where nobody does. */
  readonly nat: string;
  readonly containers: readonly ContainerNode[];
  /** Endpoints that stand ready for containers to come. */
  readonly pooled: number;
}

export interface Topology {
  readonly host: string;
  readonly uplinks: readonly UplinkNode[];
  readonly networks: readonly NetworkNode[];
}

/**
 * Reads it.
 * @param name of the one network that is wanted; all of them without it
 * @throws {NetworkError} ENONETWORK, where the one is not there
 */
export async function readTopology(host: Namespace, name: string | undefined): Promise<Topology> {
  const infos = name === undefined ? await Network.list({ host }) : [await infoOf(host, name)];
  const addresses = await addressesByLink(host);
  return {
    host: host.name ?? 'host',
    uplinks: await readUplinks(host, addresses),
    networks: await Promise.all(
      infos.map(async (info) =>
        networkNode(info, addresses.get((await host.links.get(info.name)).index ?? 0)),
      ),
    ),
  };
}

async function infoOf(host: Namespace, name: string): Promise<NetworkInfo> {
  const network = await Network.open(name, { host });
  try {
    return await network.info();
  } finally {
    await network.close();
  }
}

function networkNode(info: NetworkInfo, addresses: readonly string[] = []): NetworkNode {
  return {
    name: info.name,
    addresses,
    nat: info.nat === false ? 'none' : info.nat,
    containers: info.containers.map(containerNode),
    pooled: info.pooled.length,
  };
}

function containerNode({ name, addresses, hostLink }: EndpointInfo): ContainerNode {
  return { name, addresses, hostLink };
}

type AddressesByLink = ReadonlyMap<number, readonly string[]>;

/** Link-local ones are everywhere and say nothing. */
async function addressesByLink(host: Namespace): Promise<AddressesByLink> {
  const byLink = new Map<number, string[]>();
  for (const { index = 0, local, address, prefixLength, scope } of await host.addresses.list()) {
    if (scope === 'link') continue;
    const text = `${local ?? address}/${prefixLength}`;
    byLink.set(index, [...(byLink.get(index) ?? []), text]);
  }
  return byLink;
}

async function readUplinks(host: Namespace, addresses: AddressesByLink): Promise<readonly UplinkNode[]> {
  const gateways = new Map<number, string[]>();
  for (const route of await host.routes.list({ table: 'main', type: 'unicast' })) {
    if ((route.destinationLength ?? 0) > 0) continue;
    for (const { link, gateway } of waysOf(route)) {
      const known = gateways.get(link) ?? [];
      gateways.set(link, gateway === undefined || known.includes(gateway) ? known : [...known, gateway]);
    }
  }
  return Promise.all(
    [...gateways].map(async ([index, routers]) => ({
      name: (await host.links.get(index)).name ?? `link ${index}`,
      addresses: addresses.get(index) ?? [],
      gateways: routers,
    })),
  );
}

interface Way {
  readonly link: number;
  readonly gateway: string | undefined;
}

/** The one way of a route, or each of several. */
function waysOf(route: Awaited<ReturnType<Namespace['routes']['list']>>[number]): readonly Way[] {
  const { outputLink, gateway, multipath = [] } = route;
  const ways = multipath.map((hop) => ({ link: hop.index ?? 0, gateway: hop.gateway }));
  return outputLink === undefined ? ways : [{ link: outputLink, gateway }];
}
