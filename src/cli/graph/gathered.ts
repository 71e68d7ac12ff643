// What of a topology is drawn: of a network with very many containers the first ones, and what the others come to. Data in, data out.
import type { ContainerNode, NetworkNode, Topology } from './topology.js';

/** Containers that are not drawn one by one. */
export interface Further {
  readonly count: number;
  /** Of the first of them, and of the last. */
  readonly from: ContainerNode;
  readonly to: ContainerNode;
}

export interface DrawnNetwork extends NetworkNode {
  readonly further?: Further;
}

export interface Drawing extends Topology {
  readonly networks: readonly DrawnNetwork[];
}

/** More are not read, in a terminal or a picture. */
const most = 50;
const drawn = 20;

export function gathered(topology: Topology): Drawing {
  return { ...topology, networks: topology.networks.map(gatheredNetwork) };
}

function gatheredNetwork(network: NetworkNode): DrawnNetwork {
  const { containers } = network;
  if (containers.length <= most) return network;
  const [from, ...rest] = containers.slice(drawn) as [ContainerNode, ...ContainerNode[]];
  const further = { count: rest.length + 1, from, to: rest.at(-1) ?? from };
  return { ...network, containers: containers.slice(0, drawn), further };
}

/** Two lines about them. */
export function furtherLines({ count, from, to }: Further): readonly [string, string] {
  return [`${count} more`, `${words(from)} to ${words(to)}`];
}

const words = ({ name, addresses }: ContainerNode) => [name, ...addresses].join(' ');
