// Explained lines, given to a shell as they stand, leave a host as the library leaves it. Two hosts alike: in one a plan runs,
// in the other its lines do.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureBatch, captureRequest } from '../../scripts/fixtures/run.mjs';
import { binding } from '../../src/binding.js';
import { Namespace } from '../../src/namespace.js';
import { Plan, type PlannedVerbs } from '../../src/plan.js';
import { allGolden, type Golden } from '../support/golden.js';
import { requestOf } from '../support/golden-call.js';
import { createHost, type Host } from '../support/host.js';
import { linesOf, print } from '../support/request-lines.js';
import { common } from '../unit/golden/differences.js';

/** A host and a namespace beside it. */
interface Side {
  readonly hosts: readonly [Host, Host];
  readonly at: readonly [Namespace, Namespace];
}

const open: Namespace[] = [];
afterEach(() => {
  for (const namespace of open.splice(0)) namespace.close();
});

function side(setUp: readonly string[]): Side {
  const hosts = [createHost('explain'), createHost('beside')] as const;
  const at = hosts.map(({ name }) => Namespace.openSync(name));
  open.push(...at);
  for (const line of setUp) hosts[0].run('ip', ...line.split(' '));
  settle(hosts[0]);
  return { hosts, at: at as unknown as Side['at'] };
}

// Whether the state of a link without carrier is DOWN or LOWERLAYERDOWN is decided when a worker of the kernel looks at it: by
// what its other end is then, and whether that is in the same namespace (default_operstate in net/core/link_watch.c). Later
// moves change nothing. Who asks for a link by its name has it looked at now.
function settle(host: Host): void {
  for (const { ifname } of host.ip<{ ifname: string }>('link', 'show'))
    host.ip('link', 'show', 'dev', ifname);
}

// Counters and clocks go on by themselves; the state of a link follows its carrier some time later.
const restless = /timer|_life_time$|^stats|^cache$|^tentative$/;

// Of seconds, which pass between two looks.
const hundreds = (seconds: unknown) => Math.ceil(Number(seconds) / 100);

function stateOf({ hosts }: Side, sysctls: readonly string[]): unknown {
  const settled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(settled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !restless.test(name))
        .map(([name, part]) => {
          if (name === 'expires') return [name, hundreds(part)];
          // Of a link without carrier, whose peer moved away: by whether the kernel looked before or after that (default_operstate).
          if (part === 'LOWERLAYERDOWN') return [name, 'DOWN'];
          return [name, settled(part)];
        }),
    );
  };
  return hosts.map((host) => ({
    links: settled(host.ip('address', 'show')),
    lifetimes: host
      .ip<{ addr_info?: { valid_life_time: number; preferred_life_time: number }[] }>('address', 'show')
      .flatMap(({ addr_info = [] }) => addr_info)
      .map((info) => [info.valid_life_time, info.preferred_life_time].map(hundreds)),
    tokens: host.run('ip', 'token', 'list'),
    // Those that are alike stand in the order in which carriers came.
    routes: ['-4', '-6'].map((family) =>
      host
        .ip(family, 'route', 'show', 'table', 'all')
        .map((route) => JSON.stringify(settled(route)))
        .sort(),
    ),
    sysctls: sysctls.map((name) => host.sysctl(name)),
  }));
}

interface Story {
  readonly before?: readonly string[];
  readonly sysctls?: readonly string[];
  readonly plan: (here: PlannedVerbs, beside: PlannedVerbs, at: Side['at']) => void;
}

function planFor({ plan }: Story, { at }: Side): Plan {
  const planned = new Plan({ undo: false });
  plan(planned.on(at[0]), planned.on(at[1]), at);
  return planned;
}

const mac = (last: number) => `02:00:00:00:00:0${last}`;
const bridge = `link add br0 address ${mac(1)} up type bridge`;
const pair = `link add veth0 address ${mac(2)} up type veth peer name veth1 address ${mac(3)}`;
const lit = 'link set veth1 up';
const wired = [pair, lit, 'address add 172.16.0.1/24 dev veth0', 'address add fd00::1/64 dev veth0 nodad'];
const hop = '172.16.0.2';

const stories: Readonly<Record<string, Story>> = {
  'a veth with its peer beside': {
    before: [bridge],
    plan: (here, beside, at) => {
      here.links.add({
        kind: 'veth',
        name: 'np0',
        address: mac(4),
        master: 'br0',
        up: true,
        mtu: 1400,
        numTxQueues: 1,
        peer: {
          name: 'eth0',
          address: mac(5),
          arp: false,
          txQueueLength: 77,
          numRxQueues: 1,
          namespace: at[1],
        },
      });
      beside.links.set('eth0', { up: true });
    },
  },
  'a link named like an option': {
    plan: ({ links }) => {
      links.add({ kind: 'bridge', name: 'up', address: mac(1) });
      links.add({ kind: 'bridge', name: 'type', address: mac(2), index: 42 });
    },
  },
  'the options of a bridge': {
    plan: ({ links }) => {
      const data = {
        ageingTime: 12_000,
        stpState: 'kernel',
        priority: 4096,
        groupForwardMask: 8,
        mcastRouter: 'permanent',
        mcastQueryInterval: 12_501n,
        multiBoolOpt: { value: ['noLinkLocalLearn'], mask: ['noLinkLocalLearn', 'mcastVlanSnooping'] },
      } as const;
      const made = links.add({ kind: 'bridge', name: 'br7', address: mac(1), up: true, data });
      links.set(made, { kind: 'bridge', data: { stpState: 'disabled', nfCallIptables: true } });
    },
  },
  'the options of a port': {
    before: [bridge, pair, lit],
    plan: ({ links }) => {
      links.set('veth0', { master: 'br0' });
      links.set('veth0', {
        mtu: 1400,
        portKind: 'bridge',
        portData: { hairpin: true, isolated: true, learning: false, cost: 9, mcastRouter: 'disabled' },
      });
      links.set('veth1', { master: 'br0' });
      links.set('veth1', { master: 0 });
    },
  },
  'names and labels with anything in them': {
    before: [bridge],
    plan: ({ links }) => {
      links.addAltNames('br0', ['np1:br0:c:web', "it's;$(id)`id`", '*', '=ls', '~', '#"\\&|']);
      links.removeAltNames('br0', ['*']);
      links.set('np1:br0:c:web', { alias: '"a" \\ $HOME\n# b' });
    },
  },
  'switches on and off': {
    before: [
      bridge,
      pair,
      lit,
      `link add veth4 address ${mac(6)} type veth peer name veth5 address ${mac(7)}`,
    ],
    plan: ({ links }) => {
      const off = { arp: false, multicast: false, promiscuous: true, allMulticast: true } as const;
      links.set('veth0', { ...off, trailers: false, dynamic: true });
      links.set('veth4', { ...off, up: true });
      links.set('veth4', { arp: true, promiscuous: false, allMulticast: false, up: false });
    },
  },
  'a group changed and a group gone': {
    before: [bridge, pair, lit, 'link set br0 group 7', 'link set veth0 group 8'],
    plan: ({ links }) => {
      links.setGroup(7, { mtu: 1400, up: false });
      links.removeGroup(8);
    },
  },
  'a link renamed, quieted and moved': {
    before: [pair, lit],
    plan: ({ links }, beside, at) => {
      links.set('veth0', { up: false });
      links.set('veth0', { name: 'eth7', txQueueLength: 500, namespace: at[1] });
      links.set('veth1', { group: 3, afSpec: { inet6: { addressGenerationMode: 'none' } } });
      beside.links.set('eth7', { gsoMaxSegs: 16 });
    },
  },
  'a token for addresses': {
    before: [pair, 'link set veth0 addrgenmode eui64'],
    plan: ({ links }) => links.set('veth0', { afSpec: { inet6: { token: '::5' } } }),
  },
  'addresses of IPv4': {
    before: [pair, lit],
    plan: ({ addresses }) => {
      const link = 'veth0';
      addresses.add({ link, address: '10.0.0.1/24', broadcast: '10.0.0.255', label: 'veth0:a b' });
      addresses.add({ link, address: '10.0.1.1', peer: '10.0.1.2/30', scope: 'link' });
      addresses.add({ link, address: '10.0.2.1/24', flags: ['noPrefixRoute'], routePriority: 50 });
      addresses.add({ link, address: '10.0.3.1/24', cacheInfo: { valid: 5000, preferred: 4000 } });
      addresses.replace({ link, address: '10.0.3.1/24', cacheInfo: { preferred: 3000 } });
      addresses.remove({ link, address: '10.0.0.1/24' });
    },
  },
  'addresses of IPv6': {
    before: [pair, lit],
    plan: ({ addresses }) => {
      const link = 'veth0';
      addresses.add({ link, address: 'fd00::1/64', flags: ['noDad', 'noPrefixRoute', 'homeAddress'] });
      addresses.add({ link, address: 'fd01::1', peer: 'fd01::2', flags: ['noDad'], routePriority: 9 });
      addresses.add({
        link,
        address: 'fd02::1/64',
        flags: ['noDad'],
        cacheInfo: { valid: 900, preferred: 0 },
      });
      addresses.replace({
        link,
        address: 'fd00::1/64',
        flags: ['noDad'],
        cacheInfo: { valid: 1234, preferred: 900 },
      });
      addresses.remove({ link, address: 'fd01::1', peer: 'fd01::2' });
    },
  },
  'routes of IPv4': {
    before: wired,
    plan: ({ routes }) => {
      const gateway = hop;
      routes.add({ destination: 'default', gateway, link: 'veth0' });
      routes.set({ destination: 'default', gateway, link: 'veth0', metrics: { mtu: 1400, lock: ['mtu'] } });
      routes.add({ destination: '10.1.0.0/16', gateway, table: 1000, tos: 0x10, protocol: 'static' });
      routes.add({ destination: '10.2.0.0/16', link: 'veth0', scope: 'global', priority: 5 });
      routes.add({ destination: '10.3.0.0/16', type: 'blackhole' });
      routes.replace({ destination: '10.3.0.0/16', type: 'unreachable' });
      routes.add({
        destination: '10.4.0.0/16',
        gateway,
        flow: 0x1_0002,
        metrics: { rtt: 800, advMss: 1360 },
      });
      routes.add({ destination: '10.5.0.1', type: 'local', link: 'veth0', table: 'main' });
      routes.append({ destination: '10.6.0.0/16', gateway: '10.9.9.9', link: 'veth0', flags: ['onLink'] });
      routes.remove({ destination: 'default' });
    },
  },
  'routes by several ways': {
    before: wired,
    plan: ({ routes }) => {
      routes.add({
        destination: '10.0.0.0/8',
        priority: 7,
        metrics: { hopLimit: 32, initCwnd: 20, congestionControl: 'reno' },
        multipath: [
          { index: 'veth0', gateway: hop, hops: 1 },
          { index: 'veth0', gateway: '10.9.9.9', flags: ['onLink'] },
        ],
      });
      const ways = [{ gateway: 'fd00::2', hops: 4 }, { gateway: 'fd00::3' }];
      routes.add({ destination: 'fd01::/64', table: 'local', multipath: ways });
      routes.add({ destination: '11.0.0.0/8', via: 'fe80::1', link: 'veth0' });
    },
  },
  'routes of IPv6': {
    before: wired,
    plan: ({ routes }) => {
      routes.add({ destination: 'default', link: 'veth0', family: 'inet6', preference: 'high' });
      routes.add({ destination: 'fd01::/64', gateway: 'fd00::2', preferredSource: 'fd00::1', priority: 512 });
      routes.add({ destination: 'fd02::/64', source: 'fd03::/64', gateway: 'fd00::2', table: 100 });
      routes.add({ destination: 'fd04::1', type: 'prohibit' });
      routes.replace({ destination: 'fd01::/64', gateway: 'fd00::2', priority: 512, metrics: { mtu: 1400 } });
      routes.remove({ destination: 'fd04::1', type: 'prohibit' });
    },
  },
  sysctls: {
    sysctls: ['net.ipv4.ip_forward', 'net.ipv4.ip_local_port_range', 'net.ipv4.conf.lo.rp_filter'],
    plan: (here, beside) => {
      here.sysctl.set('net.ipv4.ip_forward', 1);
      here.sysctl.set('net/ipv4/conf/lo/rp_filter', 2);
      beside.sysctl.set('net.ipv4.ip_local_port_range', '20000 30000');
    },
  },
};

describe('the lines of a plan do what it does', () => {
  it.each(Object.entries(stories))('%s', async (_, story) => {
    const { before = [], sysctls = [] } = story;
    const [library, shell] = [side(before), side(before)];
    const untouched = stateOf(library, sysctls);
    planFor(story, library).runSync();
    const lines = planFor(story, shell).explain(shell.at[0]);
    shell.hosts[0].run('sh', '-ec', lines.join('\n'));
    await vi.waitFor(
      () => expect(stateOf(shell, sysctls), lines.join('\n')).toEqual(stateOf(library, sysctls)),
      5000,
    );
    expect(stateOf(library, sysctls)).not.toEqual(untouched);
  });
});

describe('in other words than the capture', () => {
  const description = binding.describe();
  const others = allGolden().flatMap((golden) =>
    // What only a newer ip knows is no line for this one.
    golden.explained === undefined || golden.byHand
      ? []
      : [[golden.command, golden.explained, golden] as const],
  );

  const said = (bytes: Buffer | undefined, golden: Golden) =>
    bytes && print(common(linesOf(bytes, requestOf(golden).object, description)));
  const isNewLink = ([, line]: (typeof others)[number]) => line.startsWith('ip link add ');

  it('a new link is the same request', () => {
    const born = others.filter(isNewLink);
    const sent = captureBatch(born.map(([, line]) => line));
    for (const [place, [command, line, golden]] of born.entries())
      expect(said(sent[place], golden), `${command}\n${line}`).toBe(said(golden.message, golden));
    expect(born.length).toBeGreaterThan(100);
  });

  it.each(others.filter((other) => !isNewLink(other)))('%s is the same request as %s', (_, line, golden) => {
    expect(said(captureRequest(line).message, golden)).toBe(said(golden.message, golden));
  });
});
