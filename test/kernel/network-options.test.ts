// What can be said of a network and of each endpoint, read back with iproute2: where it stands, and that a second handle sees it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import type { AttachOptions, NetworkOptions } from '../../src/network/options.js';
import { createTopology, Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();

async function attached(options: Partial<NetworkOptions> = {}, how: AttachOptions = {}) {
  const network = await stage.ensure(options);
  const name = namespaceName('c1');
  const endpoint = await network.attach(name, how);
  return { network, endpoint, inside: new Host(name) };
}

const portOf = (hostLink: string) => stage.host.link(hostLink)?.linkinfo?.info_slave_data ?? {};
const dual = ['172.16.0.0/24', 'fd00:1::/64'];

describe('a network', () => {
  it('has the MAC it is given, and the gateways', async () => {
    const network = await stage.ensure({
      subnets: dual,
      mac: '02:00:00:00:00:99',
      gateway: ['fd00:1::ff', '172.16.0.254'],
    });
    await network.attach(namespaceName('c1'));
    expect(stage.host.link('br0')?.address).toBe('02:00:00:00:00:99');
    expect(network.gateways).toEqual(['172.16.0.254', 'fd00:1::ff']);
    expect(stage.host.addressesOf('br0')).toEqual(
      expect.arrayContaining(['172.16.0.254/24', 'fd00:1::ff/64']),
    );
  });

  it.each([68, 1000, 1279, 1280])('of IPv4 may have an mtu of %i, with IPv6 or none', async (mtu) => {
    const { network, endpoint, inside } = await attached({ mtu });
    const size = String(mtu - 28);
    expect(stage.host.link('br0')?.mtu).toBe(mtu);
    expect(inside.link('eth0')?.mtu).toBe(mtu);
    expect(inside.attempt('ping', '-n', '-c', '1', '-W', '1', '-s', size, '172.16.0.1').status).toBe(0);
    const wide = [...inside.addressesOf('eth0'), ...stage.host.addressesOf(endpoint.hostLink)];
    expect(wide.filter((address) => address.includes(':'))).toEqual([]);
    await network.createPool({ size: 1 });
    await network.attach(namespaceName('c2')); // as one of many that are alike
  });

  it('may have a container that is narrower than IPv6 needs, if its bridge does not follow', async () => {
    const { network, inside } = await attached({ mtu: 1400 }, { mtu: 1000 });
    expect(inside.link('eth0')?.mtu).toBe(1000);
    expect(inside.addressesOf('eth0')).toEqual(['172.16.0.2/24']);
    await network.detach(inside.name, { wait: true });
    expect(stage.host.link('br0')?.mtu).toBe(1400);
    expect(stage.host.run('cat', '/proc/sys/net/ipv6/conf/br0/accept_ra')).toBe('0\n');
  });

  it.each([{}, { mtu: 1500 }])('has no such container where its bridge would follow: %o', async (options) => {
    const network = await stage.ensure(options);
    const before = everything(stage.host);
    const refused = rejection(network.attach(namespaceName('c1'), { mtu: 1279 }));
    expect((await refused) as Error).toMatchObject({
      message: expect.stringContaining('bridge would follow'),
    });
    expect(everything(stage.host)).toEqual(before);
  });

  it('has the mtu it is given on all its links, whoever attaches', async () => {
    await stage.ensure({ mtu: 1400 });
    const other = await stage.open();
    const name = namespaceName('c1');
    const { hostLink } = await other.attach(name);
    for (const link of [stage.host.link('br0'), stage.host.link(hostLink), new Host(name).link('eth0')])
      expect(link?.mtu).toBe(1400);
  });

  it('keeps addresses back and chooses from a range, also for a second handle', async () => {
    await stage.ensure({ exclude: ['172.16.0.10', '172.16.0.11'], range: '172.16.0.10-172.16.0.13' });
    expect(stage.host.link('br0')?.ifalias).toContain(
      ' skip=172.16.0.10-172.16.0.11 range=172.16.0.10-172.16.0.13',
    );
    const other = await stage.open();
    const addresses = [];
    for (const label of ['c1', 'c2']) addresses.push(...(await other.attach(namespaceName(label))).addresses);
    expect(addresses).toEqual(['172.16.0.12/24', '172.16.0.13/24']);
    expect(await rejection(other.attach(namespaceName('c3')))).toMatchObject({ code: 'ESUBNETFULL' });
    const wanted = await other.attach(namespaceName('c4'), { address: '172.16.0.10' });
    expect(wanted.addresses).toEqual(['172.16.0.10/24']);
  });

  it('gives its containers routes to other networks, by which packets pass', async () => {
    stage.host.setSysctl('net.ipv4.ip_forward', 1);
    const far = await stage.ensure({ name: 'br1', subnets: ['172.17.0.0/24'] });
    await far.attach(namespaceName('far'));
    const { inside } = await attached({
      subnets: dual,
      routes: ['172.17.0.0/24', { destination: 'fd00:2::/64', gateway: 'fd00:1::9' }],
    });
    expect(inside.routes()).toContainEqual(
      expect.objectContaining({ dst: '172.17.0.0/24', gateway: '172.16.0.1', dev: 'eth0' }),
    );
    expect(inside.routes('-6')).toContainEqual(
      expect.objectContaining({ dst: 'fd00:2::/64', gateway: 'fd00:1::9' }),
    );
    expect(inside.canPing('172.17.0.2')).toBe(true);
  });

  it('is told from the kernel alone, in the words of the options', async () => {
    const options = {
      mtu: 1400,
      exclude: ['172.16.0.9', '172.16.0.20-172.16.0.30'],
      range: ['172.16.0.0-172.16.0.127'],
      routes: ['10.9.0.0/16', { destination: '10.8.0.0/16', gateway: '172.16.0.9' }],
      isolated: true,
      hairpin: true,
      internal: true,
    } as const;
    await stage.ensure(options);
    const { options: told } = await (await stage.open()).info();
    expect(told).toEqual(options);
    expect((await stage.ensure(told)).created).toBe(false);
  });

  it('leaves out as many addresses as a label has room for', async () => {
    const every = (count: number) => Array.from({ length: count }, (_, i) => `172.16.0.${2 + 2 * i}`);
    await stage.ensure({ exclude: every(40) });
    const network = await stage.open();
    expect((await network.info()).options.exclude).toEqual(every(40));
    const items = ['c1', 'c2', 'c3'].map((label) => namespaceName(label));
    const attached = await Promise.all(items.map((name) => network.attach(name)));
    expect(attached.map(({ addresses }) => addresses[0])).toEqual([
      '172.16.0.3/24',
      '172.16.0.5/24',
      '172.16.0.7/24',
    ]);
  });

  it('keeps its containers apart, and lets each reach itself, as it is told', async () => {
    await stage.ensure({ isolated: true, hairpin: true });
    const network = await stage.open();
    const [one, other, open] = ['c1', 'c2', 'c3'].map((label) => namespaceName(label)) as [
      string,
      string,
      string,
    ];
    const { hostLink } = await network.attach(one);
    await network.attach(other);
    await network.attach(open, { isolated: false, hairpin: false });
    expect(portOf(hostLink)).toMatchObject({ isolated: true, hairpin: true });
    const inside = new Host(one);
    expect(inside.canPing('172.16.0.1')).toBe(true);
    expect(inside.canPing('172.16.0.3')).toBe(false);
    expect(inside.canPing('172.16.0.4')).toBe(true); // only isolated ports are kept apart
  });

  it.each([false, 'iptables'] as const)('that is internal gives no way out (nat: %s)', async (nat) => {
    const { host, internet } = createTopology();
    const ns = stage.keep(await Namespace.open(host.name));
    host.setSysctl('net.ipv4.ip_forward', 1);
    const network = await stage.ensure({
      ...{ host: ns, subnets: dual, nat, internal: true },
      routes: ['192.0.2.0/24'],
    });
    const [one, other] = [namespaceName('c1'), namespaceName('c2')];
    await network.attach(one);
    await network.attach(other);
    const inside = new Host(one);
    for (const family of ['-4', '-6'] as const)
      expect(inside.routes(family).filter(({ dst }) => dst === 'default')).toEqual([]);
    expect(inside.routes()).toContainEqual(expect.objectContaining({ dst: '192.0.2.0/24' }));
    expect([inside.canPing('172.16.0.1'), inside.canPing('172.16.0.3')]).toEqual([true, true]);
    expect(host.iptables().filter((line) => line.includes('MASQUERADE'))).toEqual([]);
    // Not even for one that makes itself a route, where rules of ours stand.
    inside.run('ip', 'route', 'add', 'default', 'via', '172.16.0.1');
    const arrived = stage.keep(await Namespace.open(internet.name)).nextEchoRequest({ timeoutMs: 3000 });
    inside.attempt('ping', '-n', '-q', '-c', '3', '-i', '0.2', '-W', '1', '1.1.1.1');
    expect(await arrived).toBe(nat === false ? '172.16.0.2' : undefined);
    await network.remove();
  });

  it('says what differs from what stands', async () => {
    await stage.ensure({ mtu: 1400, isolated: true, routes: ['10.9.0.0/16'], mac: '02:00:00:00:00:99' });
    const asked = { mtu: 1450, exclude: '172.16.0.9', mac: '02:00:00:00:00:98' };
    expect(await rejection(stage.ensure(asked))).toMatchObject({
      code: 'ENETWORKDIFFERS',
      differences: [
        'mac is 02:00:00:00:00:99, not 02:00:00:00:00:98',
        'mtu is 1400, not 1450',
        'skip is none, not 172.16.0.9',
        'routes is 10.9.0.0/16, not none',
        'ports is isolated, not none',
      ],
    });
    const same = { isolated: true, routes: ['10.9.0.0/16'] };
    expect((await stage.ensure(same)).created).toBe(false); // neither mtu nor MAC is asked for
  });

  it('with VLAN filtering is refused clearly where the kernel has none', async () => {
    const before = everything(stage.host);
    const made = await stage.ensure({ vlanFiltering: true }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (made === undefined) {
      expect(stage.host.link('br0')?.linkinfo?.info_data).toMatchObject({ vlan_filtering: 1 });
      expect(await rejection(stage.ensure())).toMatchObject({ code: 'ENETWORKDIFFERS' });
    } else {
      expect(made).toMatchObject({ code: 'EUNSUPPORTED', message: expect.stringContaining('VLAN') });
      expect(everything(stage.host)).toEqual(before);
    }
  });

  it('may be made although a route leads into its subnet, if told so', async () => {
    stage.host.run('ip', 'route', 'add', '172.16.0.0/16', 'dev', 'lo');
    expect(await rejection(stage.ensure())).toMatchObject({
      code: 'EOVERLAP',
      message: "subnet 172.16.0.0/24 overlaps the host's route to 172.16.0.0/16 dev lo",
    });
    const network = await stage.ensure({ allowOverlap: true });
    expect(network.created).toBe(true);
    const second = { name: 'br1', allowOverlap: true };
    expect(await rejection(stage.ensure(second))).toMatchObject({ code: 'EOVERLAP' });
  });

  it('that asks for more than a label holds is refused by its option, before anything is made', async () => {
    const before = everything(stage.host);
    const exclude = Array.from({ length: 100 }, (_, i) => `172.16.0.${10 + 2 * i}`);
    const error = await rejection(stage.ensure({ exclude }));
    expect(String(error)).toMatch(
      /^RangeError: Network\.ensure: exclude: takes \d+ bytes of the network's label, which has 255; /,
    );
    expect(everything(stage.host)).toEqual(before);
  });

  it('has the mtu of the way out, if it has NAT', async () => {
    const { host } = createTopology();
    host.run('ip', 'link', 'set', 'uplink', 'mtu', '1450');
    const ns = stage.keep(await Namespace.open(host.name));
    const network = await stage.ensure({ host: ns, nat: 'iptables' });
    expect(host.link('br0')?.mtu).toBe(1450);
    const name = namespaceName('c1');
    await network.attach(name);
    expect(new Host(name).link('eth0')?.mtu).toBe(1450);
    expect((await stage.ensure({ host: ns, nat: 'iptables' })).created).toBe(false);
    await network.remove();
  });
});

/** How long it takes to get some bytes from a server in one namespace to a client in another, in milliseconds. */
async function download(
  from: Host,
  address: string,
  to: Host,
  server: string,
  bytes: number,
): Promise<number> {
  const child = spawn('nsenter', [
    `--net=${from.path}`,
    process.execPath,
    '-e',
    server,
    '--',
    '9000',
    address,
  ]);
  try {
    await once(child.stdout, 'data');
    const client = `
      const begun = performance.now();
      let left = ${bytes};
      require('node:net').connect(9000, '${address}').on('data', (data) => {
        left -= data.length;
        if (left === 0) console.log(performance.now() - begun);
      });`;
    return Number(to.run(process.execPath, '-e', client));
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

describe('an endpoint', () => {
  it('takes routes and settings, in a namespace of its own', async () => {
    const { inside } = await attached(
      {},
      {
        routes: [{ destination: '10.0.0.0/8', gateway: '172.16.0.9' }, '10.1.0.0/16'],
        sysctls: { 'net.ipv4.conf.eth0.rp_filter': 2, 'net.ipv4.ip_unprivileged_port_start': '0' },
      },
    );
    expect(inside.routes()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ dst: '10.0.0.0/8', gateway: '172.16.0.9' }),
        expect.objectContaining({ dst: '10.1.0.0/16', gateway: '172.16.0.1' }),
      ]),
    );
    expect(inside.sysctl('net.ipv4.conf.eth0.rp_filter')).toBe('2');
    expect(inside.sysctl('net.ipv4.ip_unprivileged_port_start')).toBe('0');
  });

  it('receives and sends no faster than it may', async () => {
    const egress = { bitsPerSecond: 4_000_000, burstBytes: 100_000 };
    const limit = { ingress: 8_000_000, egress, egressAt: 'container' } as const;
    const { endpoint, inside } = await attached({}, { limit });
    expect(stage.host.run('tc', 'qdisc', 'show', 'dev', endpoint.hostLink)).toMatch(
      /tbf .*rate 8Mbit burst 128Kb lat 50/,
    );
    expect(inside.run('tc', 'qdisc', 'show', 'dev', 'eth0')).toMatch(/tbf .*rate 4Mbit burst 100000b lat 50/);
    // What the buckets do not hold takes 1.37 s and 2.8 s; without limits all takes some milliseconds.
    const bytes = 1_500_000;
    const server = `
      const net = require('node:net');
      const [port, address] = [Number(process.argv[1]), process.argv[2]];
      const server = net.createServer((socket) => { socket.on('error', () => {}); socket.end(Buffer.alloc(${bytes})); });
      server.listen(port, address, () => console.log('ready'));
      setTimeout(() => process.exit(), 20000).unref();`;
    expect(await download(stage.host, '172.16.0.1', inside, server, bytes)).toBeGreaterThan(900);
    expect(await download(inside, '172.16.0.2', stage.host, server, bytes)).toBeGreaterThan(1800);
  });

  it('is limited on the host’s end, or told that the kernel cannot', async () => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const name = namespaceName('c1');
    const made = await network
      .attach(name, { limit: { egress: 4_000_000 } })
      .catch((error: unknown) => error);
    if (made instanceof Error) {
      expect(made).toMatchObject({ code: 'EUNSUPPORTED', message: expect.stringContaining('egressAt') });
      expect(everything(stage.host)).toEqual(before);
    } else {
      const { hostLink } = made as { hostLink: string };
      expect(stage.host.run('tc', 'filter', 'show', 'dev', hostLink, 'ingress')).toMatch(
        /police .* rate 4Mbit burst 128Kb/,
      );
    }
  });

  it('counts what goes over its link, as the container sees it', async () => {
    const { network, endpoint, inside } = await attached();
    inside.run('ping', '-n', '-q', '-c', '3', '-i', '0.2', '-W', '2', '172.16.0.1');
    for (const stats of [await endpoint.stats(), await network.stats(endpoint.name)]) {
      expect(stats).toMatchObject({ rxErrors: 0n, txErrors: 0n, rxDropped: 0n, txDropped: 0n });
      for (const key of ['rxPackets', 'txPackets'] as const) expect(stats[key]).toBeGreaterThanOrEqual(3n);
    }
    await network.detach(endpoint.name);
    for (const asked of [endpoint.stats(), network.stats(endpoint.name)])
      expect(await rejection(asked)).toMatchObject({ code: 'ENOCONTAINER' });
  });

  it('counts what it received apart from what it sent', async () => {
    const { endpoint, inside } = await attached();
    // To everybody, so that nobody answers.
    const send = `
      const socket = require('node:dgram').createSocket('udp4');
      const next = (left) => (left > 0 ? socket.send(Buffer.alloc(1000), 9, '172.16.0.255', () => next(left - 1)) : socket.close());
      socket.bind(() => (socket.setBroadcast(true), next(200)));`;
    inside.run(process.execPath, '-e', send);
    const { rxBytes, txBytes } = await endpoint.stats();
    expect(txBytes).toBeGreaterThan(200_000n);
    expect(rxBytes).toBeLessThan(50_000n);
  });

  it('whose setting is refused leaves nothing', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const before = everything(stage.host);
    expect(await rejection(network.attach(name, { sysctls: { 'net.ipv4.no_such': 1 } }))).toMatchObject({
      name: 'NetlinkError',
      operation: 'sysctl.set',
      code: 'ENOENT',
    });
    expect(everything(stage.host)).toEqual(before);
  });

  it.each<[string, unknown, RegExp]>([
    ['a route with host bits', { routes: ['10.0.0.1/8'] }, /routes\[0\].*host bits/],
    ['a default route', { routes: ['0.0.0.0/0'] }, /routes\[0\]/],
    ['a route into the network', { routes: ['172.16.0.128/25'] }, /routes\[0\].*the network's own/],
    ['a route of the other family', { routes: ['fd00::/64'] }, /routes\[0\].*IPv6/],
    ['a gateway elsewhere', { routes: [{ destination: '10.0.0.0/8', gateway: '10.0.0.1' }] }, /gateway/],
    ['a rate of 0', { limit: { ingress: 0 } }, /limit: ingress/],
    [
      'a burst that no packet fits in',
      { limit: { egress: { bitsPerSecond: 1e6, burstBytes: 1500 } } },
      /burstBytes/,
    ],
    ['a limit of another name', { limit: { rate: 1e6 } }, /limit.*rate/],
    ['a setting elsewhere', { sysctls: { 'kernel.hostname': 'x' } }, /sysctls.*below net/],
    ['a setting that climbs', { sysctls: { 'net/../kernel/hostname': 'x' } }, /sysctls.*below net/],
    ['a setting of two lines', { sysctls: { 'net.ipv4.ip_forward': '1\n2' } }, /newline/],
    ['a setting that is a list', { sysctls: { 'net.ipv4.ip_forward': [1] } }, /string or a number/],
  ])('is refused for %s, before any system call', async (_what, how, message) => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const error = await rejection(network.attach('c1', how as AttachOptions));
    expect(String(error)).toMatch(/^(TypeError|RangeError)/);
    expect((error as Error).message).toMatch(message);
    expect(everything(stage.host)).toEqual(before);
  });
});
