// A topology in each of its pictures.
import { describe, expect, it } from 'vitest';
import { diagramOf } from '../../../src/cli/graph/diagram.js';
import { gathered } from '../../../src/cli/graph/gathered.js';
import { drawMermaid } from '../../../src/cli/graph/mermaid.js';
import { drawSvg } from '../../../src/cli/graph/svg.js';
import { drawText } from '../../../src/cli/graph/text.js';
import type { Topology } from '../../../src/cli/graph/topology.js';

const topology: Topology = {
  host: 'host',
  uplinks: [{ name: 'uplink', addresses: ['192.0.2.2/24'], gateways: ['192.0.2.1'] }],
  networks: [
    {
      name: 'br0',
      addresses: ['172.16.0.1/24'],
      nat: 'iptables',
      containers: [
        { name: 'web', addresses: ['172.16.0.2/24'], hostLink: 'npaaaaaaaaaaaa' },
        { name: 'db', addresses: ['172.16.0.3/24', 'fd00::3/64'], hostLink: 'npbbbbbbbbbbbb' },
      ],
      pooled: 3,
    },
    { name: 'br1', addresses: [], nat: 'none', containers: [], pooled: 0 },
  ],
};

const empty: Topology = { host: 'host', uplinks: [], networks: [] };

describe('a topology', () => {
  it('is a tree of lines', () => {
    expect(drawText(topology)).toBe(
      [
        'host',
        '├── ▲ uplink  192.0.2.2/24  (default via 192.0.2.1)',
        '├── br0  172.16.0.1/24  (bridge, NAT by iptables)',
        '│   ├── web  172.16.0.2/24  (npaaaaaaaaaaaa)',
        '│   ├── db  172.16.0.3/24  fd00::3/64  (npbbbbbbbbbbbb)',
        '│   └── 3 ready in pools',
        '└── br1  (bridge, no NAT)',
      ].join('\n'),
    );
    expect(drawText(empty)).toBe('host');
  });

  it('names the first of very many containers, and says what the others are', () => {
    const containers = Array.from({ length: 1000 }, (_, at) => ({
      name: `c${at}`,
      addresses: [`10.0.${at >> 8}.${at & 255}/16`],
      hostLink: `np${at}`,
    }));
    const network = { name: 'br0', addresses: [], nat: 'none', containers, pooled: 1 };
    const lines = drawText(gathered({ host: 'host', uplinks: [], networks: [network] })).split('\n');
    expect(lines).toHaveLength(2 + 20 + 1 + 1);
    expect(lines.slice(-3)).toEqual([
      '    ├── c19  10.0.0.19/16  (np19)',
      '    ├── …  980 more  c20 10.0.0.20/16 to c999 10.0.3.231/16',
      '    └── 1 ready in pools',
    ]);
    const drawing = gathered({
      ...empty,
      networks: [network, { ...network, containers: containers.slice(0, 50) }],
    });
    const { containers: nodes, edges } = diagramOf(drawing);
    expect(nodes).toHaveLength(20 + 1 + 1 + 50 + 1);
    expect(edges).toHaveLength(nodes.length);
    expect(nodes[20]?.lines).toEqual(['980 more', 'c20 10.0.0.20/16 to c999 10.0.3.231/16']);
    expect(gathered(topology)).toEqual(topology);
  });

  it('is a diagram in which only a network with NAT hangs on the uplink', () => {
    const { onHost, containers, edges } = diagramOf(topology);
    expect(onHost.map(({ id, shape }) => [id, shape])).toEqual([
      ['uplink0', 'uplink'],
      ['bridge0', 'bridge'],
      ['bridge1', 'bridge'],
    ]);
    expect(containers.map(({ lines }) => lines[0])).toEqual(['web', 'db', '3 ready in pools']);
    expect(edges.map(({ from, to, label }) => `${from} ${to} ${label}`)).toEqual([
      'internet uplink0 via 192.0.2.1',
      'uplink0 bridge0 NAT by iptables',
      'bridge0 bridge0c0 npaaaaaaaaaaaa',
      'bridge0 bridge0c1 npbbbbbbbbbbbb',
      'bridge0 bridge0pool ',
    ]);
    expect(diagramOf(empty)).toEqual({ host: 'host', outside: [], onHost: [], containers: [], edges: [] });
  });

  it('is a Mermaid flowchart whose text cannot end its quotes or become markup', () => {
    const lines = drawMermaid(diagramOf(topology)).split('\n');
    expect(lines[0]).toBe('flowchart LR');
    expect(lines).toContain('  bridge0c1["db<br/>172.16.0.3/24<br/>fd00::3/64"]');
    expect(lines).toContain('  uplink0 ---|"NAT by iptables"| bridge0');
    const odd = { ...empty, host: 'a"b<script>#1;\n' };
    expect(drawMermaid(diagramOf(odd))).toContain('["a#34;b#60;script#62;#35;1;#10;"]');
  });

  it('is an SVG with every name and address in it', async () => {
    const svg = await drawSvg(diagramOf(topology));
    expect(svg).toMatch(/<svg [\s\S]*<\/svg>\s*$/);
    const names = ['uplink', 'br0', 'br1', 'web', 'db', '172.16.0.2/24', 'fd00::3/64', 'npaaaaaaaaaaaa'];
    for (const name of names) expect(svg).toContain(`>${name}<`);
    expect(await drawSvg(diagramOf({ ...empty, host: '<b>&"' }))).not.toContain('<b>');
  });
});
