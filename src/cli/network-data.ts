// Owns the shape in which networks are printed as JSON; it is part of the command's public interface.
// Nothing is looked up here.
import type { EndpointInfo, NetworkInfo, NetworkInfoOptions, PooledInfo, PublishedPort } from '../index.js';

/** One container as `--json` prints it. */
export interface ContainerData {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly mac: string;
  readonly interface: string;
  readonly hostLink: string;
  readonly published: readonly PublishedPort[];
}

/** One network as `--json` prints it. */
export interface NetworkData {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  readonly nat: 'iptables' | 'nftables' | 'none';
  /** What is not as by default. */
  readonly options: NetworkInfoOptions;
  readonly containers: readonly ContainerData[];
  readonly pooled: readonly PooledData[];
}

/** One endpoint ready in a pool as `--json` prints it. */
export interface PooledData {
  readonly pool: string;
  readonly addresses: readonly string[];
  readonly mac: string | null;
  readonly hostLink: string;
}

/** Exactly the documented keys, in the documented order, whatever else the library knows. */
export function networkData(network: NetworkInfo): NetworkData {
  const { name, subnets, gateways, nat, options, containers, pooled } = network;
  return {
    name,
    subnets,
    gateways,
    nat: nat === false ? 'none' : nat,
    options,
    containers: containers.map(containerData),
    pooled: pooled.map(pooledData),
  };
}

/** Exactly the documented keys of a container. */
export function containerData({
  name,
  addresses,
  mac,
  interfaceName,
  hostLink,
  published = [],
}: EndpointInfo): ContainerData {
  return { name, addresses, mac, interface: interfaceName, hostLink, published };
}

function pooledData({ pool, addresses, mac, hostLink }: PooledInfo): PooledData {
  return { pool, addresses, mac: mac ?? null, hostLink };
}
