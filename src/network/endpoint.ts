// An attached container, as attaching gives it: what it is, and what has gone over its link since.

import { NetlinkError, NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import type { EndpointInfo, EndpointStats } from './description.js';
import { isReapingGroup } from './formats/reaping.js';
import type { PublishedPort } from './ports/published.js';

/** An attached container. It holds nothing open: what is asked of it is asked of the network's host. */
export class Endpoint implements EndpointInfo {
  readonly name: string;
  readonly network: string;
  readonly addresses: readonly string[];
  readonly mac: string;
  readonly interfaceName: string;
  readonly hostLink: string;
  readonly hostLinkIndex: number;
  /** Ports of the host that lead to it; absent where there are none. */
  declare readonly published?: readonly PublishedPort[];
  readonly #host: Namespace;

  /** @internal */
  constructor(host: Namespace, info: EndpointInfo) {
    this.name = info.name;
    this.network = info.network;
    this.addresses = info.addresses;
    this.mac = info.mac;
    this.interfaceName = info.interfaceName;
    this.hostLink = info.hostLink;
    this.hostLinkIndex = info.hostLinkIndex;
    if (info.published !== undefined) this.published = info.published;
    this.#host = host;
  }

  /** @internal */
  static hostOf(endpoint: Endpoint): Namespace {
    return endpoint.#host;
  }

  /**
   * What has gone over its link, as the container sees it. `ip -s link show dev HOSTLINK`, with the directions swapped.
   * @throws {NetworkError} ENOCONTAINER when it was detached @throws {TypeError} when the network's host was closed
   */
  stats(): Promise<EndpointStats> {
    return statsOf(this.#host, this.hostLinkIndex, this.name);
  }
}

/** The counters of a host link, for the end in the container. */
export async function statsOf(host: Namespace, hostLink: number, container: string): Promise<EndpointStats> {
  const { stats64 = {}, group } = await host.links.get(hostLink).catch((error: unknown) => {
    if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error;
    throw new NetworkError('ENOCONTAINER', `container ${container} was detached`, { cause: error });
  });
  // Silent, and on its way out.
  if (isReapingGroup(group)) throw new NetworkError('ENOCONTAINER', `container ${container} was detached`);
  return {
    rxPackets: stats64.txPackets ?? 0n,
    rxBytes: stats64.txBytes ?? 0n,
    rxErrors: stats64.txErrors ?? 0n,
    rxDropped: stats64.txDropped ?? 0n,
    txPackets: stats64.rxPackets ?? 0n,
    txBytes: stats64.rxBytes ?? 0n,
    txErrors: stats64.rxErrors ?? 0n,
    txDropped: stats64.rxDropped ?? 0n,
  };
}
