// Owns the shape in which networks are printed as JSON; it is part of the command's public interface.
// Nothing is looked up here.
import type { EndpointInfo, NetworkInfo } from '../index.js';

/** One container as `--json` prints it. */
export interface ContainerData {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly mac: string;
  readonly hostLink: string;
}

/** One network as `--json` prints it. */
export interface NetworkData {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly gateway: string;
  readonly nat: 'iptables' | 'none';
  readonly containers: readonly ContainerData[];
}

/** Exactly the documented keys, in the documented order, whatever else the library knows. */
export function networkData(network: NetworkInfo): NetworkData {
  const { name, subnets, gateway, nat, containers } = network;
  return {
    name,
    subnets,
    gateway,
    nat: nat === false ? 'none' : nat,
    containers: containers.map(containerData),
  };
}

/** Exactly the documented keys of a container. */
export function containerData({ name, addresses, mac, hostLink }: EndpointInfo): ContainerData {
  return { name, addresses, mac, hostLink };
}
