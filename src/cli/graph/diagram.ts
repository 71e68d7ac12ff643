// A topology as nodes and edges, which is what Mermaid and Graphviz both draw. Knows neither of them.
import { type Drawing, furtherLines } from './gathered.js';

export type Shape = 'internet' | 'uplink' | 'bridge' | 'container' | 'pool';

export interface DiagramNode {
  /** A word of its own, fit for either program. */
  readonly id: string;
  readonly shape: Shape;
  readonly lines: readonly string[];
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface Diagram {
  readonly host: string;
  readonly outside: readonly DiagramNode[];
  readonly onHost: readonly DiagramNode[];
  readonly containers: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

export function diagramOf({ host, uplinks, networks }: Drawing): Diagram {
  const edges: DiagramEdge[] = [];
  const outside: DiagramNode[] =
    uplinks.length === 0 ? [] : [{ id: 'internet', shape: 'internet', lines: ['internet'] }];
  const onHost: DiagramNode[] = [];
  const containers: DiagramNode[] = [];
  uplinks.forEach(({ name, addresses, gateways }, number) => {
    const id = `uplink${number}`;
    onHost.push({ id, shape: 'uplink', lines: [name, ...addresses] });
    edges.push({ from: 'internet', to: id, label: gateways.length > 0 ? `via ${gateways.join(', ')}` : '' });
  });
  networks.forEach((network, number) => {
    const bridge = `bridge${number}`;
    onHost.push({ id: bridge, shape: 'bridge', lines: [network.name, ...network.addresses] });
    if (network.nat !== 'none')
      for (const place of uplinks.keys())
        edges.push({ from: `uplink${place}`, to: bridge, label: `NAT by ${network.nat}` });
    network.containers.forEach(({ name, addresses, hostLink }, place) => {
      const id = `${bridge}c${place}`;
      containers.push({ id, shape: 'container', lines: [name, ...addresses] });
      edges.push({ from: bridge, to: id, label: hostLink });
    });
    if (network.further !== undefined) {
      const id = `${bridge}more`;
      containers.push({ id, shape: 'container', lines: furtherLines(network.further) });
      edges.push({ from: bridge, to: id, label: '' });
    }
    if (network.pooled > 0) {
      const id = `${bridge}pool`;
      containers.push({ id, shape: 'pool', lines: [`${network.pooled} ready in pools`] });
      edges.push({ from: bridge, to: id, label: '' });
    }
  });
  return { host, outside, onHost, containers, edges };
}
