// What a network and its containers look like from outside: plain data, as `netplumb ls --json` prints it.

import type { PublishedPort } from './ports/published.js';

/** A container attached to a network. */
export interface EndpointInfo {
  /** The container's name. */
  readonly name: string;
  /** The network's name. */
  readonly network: string;
  /** With prefix lengths, such as '172.16.0.2/24'; one of each family of the network, unless others were asked for. */
  readonly addresses: readonly string[];
  /** Of the container's end. */
  readonly mac: string;
  /** The name of the container's end, in the container. */
  readonly interfaceName: string;
  /** The name of the host's end, a port of the bridge. */
  readonly hostLink: string;
  /** The index of the host's end. */
  readonly hostLinkIndex: number;
  /** Ports of the host that lead to it; absent where there are none. */
  readonly published?: readonly PublishedPort[];
}

/** What has gone over a container's link, since it was attached: `rx` is what the container received. */
export interface EndpointStats {
  readonly rxPackets: bigint;
  readonly rxBytes: bigint;
  readonly rxErrors: bigint;
  readonly rxDropped: bigint;
  readonly txPackets: bigint;
  readonly txBytes: bigint;
  readonly txErrors: bigint;
  readonly txDropped: bigint;
}

/** An endpoint that stands ready in a pool; no container has it yet. */
export interface PooledInfo {
  readonly pool: string;
  /** With prefix lengths; none where an address is given only with the container. */
  readonly addresses: readonly string[];
  /** Of its end; only where it follows from an address. */
  readonly mac?: string;
  /** The name of the host's end, a port of the bridge. */
  readonly hostLink: string;
}

/** What a network was asked for beyond the defaults, in the options' own words; absent where it is as by default. */
export interface NetworkInfoOptions {
  readonly internal?: true;
  readonly mtu?: number;
  readonly exclude?: readonly string[];
  readonly range?: readonly string[];
  readonly routes?: readonly (string | { readonly destination: string; readonly gateway: string })[];
  readonly isolated?: true;
  readonly hairpin?: true;
  readonly vlanFiltering?: true;
}

/** A network and what is attached to it. */
export interface NetworkInfo {
  readonly name: string;
  readonly subnets: readonly string[];
  /** The bridge's address in each of the subnets, in their order. */
  readonly gateways: readonly string[];
  readonly nat: 'iptables' | 'nftables' | false;
  readonly options: NetworkInfoOptions;
  readonly containers: readonly EndpointInfo[];
  /** Of all pools, of this process and others. */
  readonly pooled: readonly PooledInfo[];
}
