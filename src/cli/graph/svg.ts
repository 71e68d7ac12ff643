// A diagram as SVG, laid out by Graphviz, which the optional package @viz-js/viz brings along compiled. It gets objects, not
// text, so nothing has to be escaped here.
import type { Graph } from '@viz-js/viz';
import type { Diagram, DiagramNode, Shape } from './diagram.js';

const shapes: Readonly<Record<Shape, Readonly<Record<string, string>>>> = {
  internet: { shape: 'ellipse', fillcolor: '#e8eef7' },
  uplink: { shape: 'box', style: 'rounded,filled', fillcolor: '#dcefdc' },
  bridge: { shape: 'hexagon', fillcolor: '#f7ecd4' },
  container: { shape: 'box', fillcolor: '#ffffff' },
  pool: { shape: 'box', style: 'dashed,filled', fillcolor: '#f4f4f4' },
};

export async function drawSvg(diagram: Diagram): Promise<string> {
  const viz = await (await loadGraphviz()).instance();
  return viz.renderString(graphOf(diagram), { format: 'svg', engine: 'dot' });
}

async function loadGraphviz(): Promise<typeof import('@viz-js/viz')> {
  try {
    return await import('@viz-js/viz');
  } catch {
    throw new Error('graph: --format svg needs the package @viz-js/viz: npm install @viz-js/viz');
  }
}

function graphOf({ host, outside, onHost, containers, edges }: Diagram): Graph {
  return {
    graphAttributes: { rankdir: 'LR', ranksep: '1.2', nodesep: '0.15', fontname: 'sans-serif' },
    nodeAttributes: { style: 'filled', fontname: 'sans-serif', fontsize: 11, height: '0.4' },
    edgeAttributes: { dir: 'none', fontname: 'monospace', fontsize: 9, color: '#777777' },
    nodes: [...outside, ...containers].map(nodeOf),
    subgraphs: [
      {
        name: 'cluster_host',
        graphAttributes: { label: host, style: 'rounded', color: '#999999' },
        nodes: onHost.map(nodeOf),
      },
    ],
    edges: edges.map(({ from, to, label }) => ({ tail: from, head: to, attributes: { label } })),
  };
}

function nodeOf({ id, shape, lines }: DiagramNode) {
  return { name: id, attributes: { ...shapes[shape], label: lines.join('\n') } };
}
