// Networks made, found, listed and removed, read back through ip and iptables-save.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import { createTopology, Host, type Topology } from '../support/host.js';
import { everything, namespaceName, rejection, removeNamedAfterEach } from './surroundings.js';

removeNamedAfterEach();

const subnets = ['172.16.0.0/24'];
// One of each chain; the whole format is test/unit/nat/plan.test.ts's.
const rules = [
  '-A POSTROUTING -m comment --comment "netplumb/1" -j NETPLUMB-POSTROUTING',
  '-A NETPLUMB-POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
  '-A NETPLUMB-br0 -s 172.16.0.0/24 -j MASQUERADE',
  '-A FORWARD -m comment --comment "netplumb/1" -j NETPLUMB-FORWARD',
  '-A NETPLUMB-FORWARD -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0/in',
  '-A NETPLUMB-br0 -s 172.16.0.0/24 -j ACCEPT',
  '-A NETPLUMB-br0/in -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
];
const macOf = (text: string) =>
  `02:${createHash('sha256').update(text).digest('hex').slice(0, 10).match(/../g)?.join(':')}`;

let topology: Topology;
let host: Host;
let ns: Namespace;
const open: Network[] = [];
beforeEach(async () => {
  topology = createTopology();
  host = topology.host;
  ns = await Namespace.open(host.name);
});
afterEach(async () => {
  for (const network of open.splice(0)) await network.close();
  ns.close();
});

async function ensure(options: Partial<Parameters<typeof Network.ensure>[0]> = {}): Promise<Network> {
  const network = await Network.ensure({ name: 'br0', subnets, host: ns, ...options });
  open.push(network);
  return network;
}

describe('Network.ensure', () => {
  it('makes a bridge, its rules and forwarding, in the documented formats', async () => {
    const network = await ensure();
    expect(network).toMatchObject({
      name: 'br0',
      subnets,
      gateways: ['172.16.0.1'],
      nat: 'iptables',
      created: true,
    });
    expect(host.link('br0')).toMatchObject({
      address: macOf('netplumb/1 br0 172.16.0.1'),
      ifalias: 'netplumb/1 network=br0 subnets=172.16.0.0/24 gateway=172.16.0.1 nat=iptables forward=0',
      inet6_addr_gen_mode: 'none',
      linkinfo: { info_kind: 'bridge' },
      flags: expect.arrayContaining(['UP']),
    });
    expect(host.addressesOf('br0')).toEqual(['172.16.0.1/24']);
    expect(host.iptables()).toEqual(expect.arrayContaining(rules));
    expect(host.sysctl('net.ipv4.ip_forward')).toBe('1');
    const lock = `/run/netplumb/${statSync(host.path).ino}.lock`;
    expect([statSync(lock).mode & 0o777, statSync(lock).size]).toEqual([0o600, 0]);
    expect(statSync('/run/netplumb').mode & 0o777).toBe(0o700);
  });

  it('leads a container to the internet, to the host and to others', async () => {
    const network = await ensure();
    const names = [namespaceName('c1'), namespaceName('c2')] as const;
    const [first, second] = [await network.attach(names[0]), await network.attach(names[1])];
    for (const address of ['1.1.1.1', '172.16.0.1', '172.16.0.3'])
      expect(new Host(names[0]).canPing(address)).toBe(true);
    expect([first.addresses, second.addresses]).toEqual([['172.16.0.2/24'], ['172.16.0.3/24']]);
  });

  it('changes nothing the second time', async () => {
    const network = await ensure();
    await network.attach(namespaceName('c1'));
    const before = everything(host);
    const again = await ensure();
    expect(again.created).toBe(false);
    expect(everything(host)).toEqual(before);
    expect(await again.info()).toEqual(await network.info());
  });

  it('puts back what others took from it', async () => {
    await ensure();
    const before = everything(host);
    host.run('ip', 'address', 'flush', 'dev', 'br0');
    host.run('ip', 'link', 'set', 'br0', 'down');
    for (const table of ['nat', 'filter']) host.run('iptables', '-t', table, '-F');
    host.setSysctl('net.ipv4.ip_forward', 0);
    await ensure();
    expect(everything(host)).toEqual(before);
  });

  it('refuses what differs, with the differences, and changes nothing', async () => {
    await ensure();
    const before = everything(host);
    const cases = [
      [{ subnets: ['172.16.0.0/25'] }, ['subnet is 172.16.0.0/24, not 172.16.0.0/25']],
      [{ gateway: '172.16.0.254' }, ['gateway is 172.16.0.1, not 172.16.0.254']],
      [{ nat: false }, ['nat is iptables, not none']],
      [
        { subnets: ['10.0.0.0/8'], nat: false },
        [/^subnet/, /^gateway/, /^nat/].map((start) => expect.stringMatching(start)),
      ],
    ] as const;
    for (const [options, differences] of cases) {
      const error = await rejection(ensure(options as object));
      expect(error).toMatchObject({ name: 'NetworkError', code: 'ENETWORKDIFFERS', differences });
    }
    expect(everything(host)).toEqual(before);
  });

  it('makes no rules and no forwarding without NAT', async () => {
    const network = await ensure({ nat: false });
    expect(host.link('br0')?.ifalias).toBe(
      'netplumb/1 network=br0 subnets=172.16.0.0/24 gateway=172.16.0.1 nat=none',
    );
    expect(host.iptables().filter((line) => line.startsWith('-A'))).toEqual([]);
    expect(host.sysctl('net.ipv4.ip_forward')).toBe('0');
    expect(await network.remove()).toEqual({ forwarding: 'untouched', namespaces: [] });
  });

  it('adopts a bridge that an ensure was stopped in the middle of', async () => {
    const mac = macOf('netplumb/1 br0 172.16.0.1');
    host.run('ip', 'link', 'add', 'br0', 'address', mac, 'type', 'bridge');
    expect((await ensure()).created).toBe(true);
    expect(host.addressesOf('br0')).toEqual(['172.16.0.1/24']);
    expect(host.link('br0')?.ifalias).toMatch(/^netplumb\/1 network=br0 /);
  });

  it('adopts one that was stopped with its address on and its label off', async () => {
    const mac = macOf('netplumb/1 br0 172.16.0.1');
    host.run('ip', 'link', 'add', 'br0', 'address', mac, 'type', 'bridge');
    host.run('ip', 'address', 'add', '172.16.0.1/24', 'dev', 'br0');
    expect((await ensure()).created).toBe(true);
  });

  it('and remove takes it away, though it knows neither its MAC nor its address', async () => {
    const before = host.links().length;
    host.run('ip', 'link', 'add', 'br0', 'group', String(0x4e510000), 'type', 'bridge');
    await Network.remove('br0', { host: ns });
    expect(host.links()).toHaveLength(before);
  });

  it('leaves a bridge of its MAC without a label that has ports', async () => {
    const mac = macOf('netplumb/1 br0 172.16.0.1');
    host.run('ip', 'link', 'add', 'br0', 'address', mac, 'type', 'bridge');
    host.run('ip', 'link', 'add', 'port', 'master', 'br0', 'type', 'veth');
    const error = await rejection(ensure());
    expect(error).toMatchObject({ code: 'ENOTOURS', message: expect.stringContaining('ports') });
  });

  it('two at once make one network', async () => {
    const made = await Promise.all([ensure(), ensure(), ensure()]);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    const lines = host.iptables().filter((line) => line.startsWith('-A'));
    expect(lines).toEqual(expect.arrayContaining(rules));
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('Network.open and list', () => {
  it('find what stands, and change nothing', async () => {
    const made = await ensure();
    const name = namespaceName('c1');
    const endpoint = await made.attach(name);
    const before = everything(host);
    const found = await Network.open('br0', { host: ns });
    open.push(found);
    expect(found).toMatchObject({
      name: 'br0',
      subnets,
      gateways: ['172.16.0.1'],
      nat: 'iptables',
      created: false,
    });
    const info = {
      name: 'br0',
      subnets,
      gateways: ['172.16.0.1'],
      nat: 'iptables',
      options: {},
      containers: [endpoint],
      pooled: [],
    };
    expect(await found.info()).toEqual(info);
    expect(await found.list()).toEqual([endpoint]);
    expect(await Network.list({ host: ns })).toEqual([info]);
    expect(everything(host)).toEqual(before);
  });

  it('say so where there is none', async () => {
    expect(await rejection(Network.open('br0', { host: ns }))).toMatchObject({
      name: 'NetworkError',
      code: 'ENONETWORK',
    });
    expect(await Network.list({ host: ns })).toEqual([]);
  });
});

describe('remove', () => {
  it('leaves the host as it was, and no namespace of ours', async () => {
    const before = everything(host);
    const network = await ensure();
    const names = [namespaceName('c1'), namespaceName('c2')];
    for (const name of names) await network.attach(name);
    const report = await network.remove();
    expect({ ...report, namespaces: [...report.namespaces].sort() }).toEqual({
      forwarding: 'restored',
      namespaces: [...names].sort(),
    });
    expect(everything(host)).toEqual(before);
    for (const name of names) expect(existsSync(`/run/netns/${name}`)).toBe(false);
    expect(existsSync(`/run/netplumb/${statSync(host.path).ino}.lock`)).toBe(false);
  });

  it('rejects the second time', async () => {
    const network = await ensure();
    const other = await ensure();
    await network.remove();
    expect(await rejection(other.remove())).toMatchObject({ code: 'ENONETWORK' });
    expect(await rejection(network.remove())).toMatchObject({ code: 'ENONETWORK' });
  });
});
