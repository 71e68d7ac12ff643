// `netplumb graph` on a host with an uplink: what it draws is what iproute2 shows.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Stage } from '../support/cli-stage.js';

let stage: Stage;
let container: string;
beforeEach(async () => {
  stage = new Stage();
  container = stage.container('web');
  await stage.netplumb('up', 'br0', '--subnet', '172.16.0.0/24', container);
  await stage.netplumb('up', 'br1', '--subnet', '172.17.0.0/24', '--nat', 'none');
});
afterEach(() => stage.clear());

const hostLink = () => stage.host.links().find(({ master }) => master === 'br0')?.ifname;

it('draws bridges, containers, addresses and the uplink', async () => {
  const { stdout, stderr, exitCode } = await stage.netplumb('graph');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout.split('\n')).toEqual([
    stage.host.name,
    '├── ▲ uplink  192.0.2.2/24  (default via 192.0.2.1)',
    '├── br0  172.16.0.1/24  (bridge, NAT by iptables)',
    `│   └── ${container}  172.16.0.2/24  (${hostLink()})`,
    '└── br1  172.17.0.1/24  (bridge, no NAT)',
    '',
  ]);
});

it('draws one network, by other programs’ words, into a file or as data', async () => {
  const { stdout: mermaid } = await stage.netplumb('graph', 'br1', '--format', 'mermaid');
  expect(mermaid).toContain('br1<br/>172.17.0.1/24');
  expect(mermaid).not.toContain('br0');
  const folder = mkdtempSync(join(tmpdir(), 'netplumb-graph-'));
  try {
    const file = join(folder, 'network.svg');
    expect(await stage.netplumb('graph', '--format', 'svg', '--output', file)).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    const svg = readFileSync(file, 'utf8').replaceAll('&#45;', '-');
    expect(svg).toContain(`>${container}<`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { stdout: json } = await stage.netplumb('graph', 'br0', '--json');
  expect(JSON.parse(json)).toMatchObject({
    uplinks: [{ name: 'uplink', addresses: ['192.0.2.2/24'], gateways: ['192.0.2.1'] }],
    networks: [{ name: 'br0', nat: 'iptables', containers: [{ name: container, hostLink: hostLink() }] }],
  });
});

it('draws every way of a multipath default route', async () => {
  stage.host.run('ip', 'route', 'del', 'default');
  stage.host.run(
    'ip',
    'route',
    'add',
    'default',
    'nexthop',
    'via',
    '192.0.2.1',
    'nexthop',
    'via',
    '192.0.2.9',
  );
  const { stdout } = await stage.netplumb('graph', 'br1');
  expect(stdout).toContain('▲ uplink  192.0.2.2/24  (default via 192.0.2.1, 192.0.2.9)');
});

it('fails for a network that is not there, and for a format that is none', async () => {
  expect(await stage.netplumb('graph', 'br9')).toMatchObject({ exitCode: 1 });
  expect(await stage.netplumb('graph', '--format', 'png')).toMatchObject({ exitCode: 2 });
});
