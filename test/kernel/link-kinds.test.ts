// Link kinds beyond bridge and veth on the kernel: made and changed by the library, read back through `ip -j -d link`. What this
// kernel lacks is skipped and counted; its requests are compared with ip's in test/unit/golden.test.ts.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import type { LinkAdd, LinkSet } from '../../src/rtnl/link-options.js';
import { createHost, type Host } from '../support/host.js';
import { needsLinkKind } from '../support/probe.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  ns = await Namespace.open(host.name);
  ns.links.addSync({ kind: 'veth', name: 'v0', up: true, peer: { name: 'v1' } });
});
afterEach(() => ns.close());

interface Kind {
  readonly data?: Record<string, unknown>;
  readonly link?: string;
  /** As `ip -j -d link` says it. */
  readonly is: Record<string, unknown>;
  readonly change?: Record<string, unknown>;
  readonly becomes?: Record<string, unknown>;
}

const kinds: Readonly<Record<string, Kind>> = {
  macvlan: {
    link: 'v0',
    data: { mode: 'bridge', broadcastQueueLength: 2000 },
    is: { mode: 'bridge', bcqueuelen: 2000 },
    change: { mode: 'private' },
    becomes: { mode: 'private' },
  },
  macvtap: {
    link: 'v0',
    data: { mode: 'vepa' },
    is: { mode: 'vepa' },
    change: { mode: 'bridge' },
    becomes: { mode: 'bridge' },
  },
  vxlan: {
    data: {
      id: 7,
      group: '239.1.1.1',
      link: 'v0',
      port: 4789,
      ttl: 5,
      learning: false,
      portRange: { low: 32768, high: 61000 },
      udpZeroChecksum6Rx: true,
    },
    is: {
      id: 7,
      group: '239.1.1.1',
      link: 'v0',
      port: 4789,
      ttl: 5,
      learning: false,
      port_range: { low: 32768, high: 61000 },
      udp_zero_csum6_rx: true,
    },
    change: { ageing: 60, learning: true },
    becomes: { ageing: 60, learning: true, id: 7 },
  },
  ifb: { is: {} },
  dummy: { is: {} },
  vlan: {
    link: 'v0',
    data: { id: 7, protocol: '802.1ad', egressQos: [{ from: 1, to: 2 }] },
    is: { id: 7, protocol: '802.1ad', egress_qos: [{ from: 1, to: 2 }] },
    change: { flags: { flags: ['gvrp'], mask: ['gvrp'] } },
    becomes: { id: 7, flags: expect.arrayContaining(['GVRP']) },
  },
  ipvlan: { link: 'v0', data: { mode: 'l2', flags: 'private' }, is: { mode: 'l2', mode_flag: 'private' } },
  vrf: { data: { table: 10 }, is: { table: 10 } },
  bond: {
    data: { mode: 'active-backup', miiMonitor: 100 },
    is: { mode: 'active-backup', miimon: 100 },
    change: { primaryReselect: 'better' },
    becomes: { primary_reselect: 'better' },
  },
  geneve: { data: { id: 7, remote: '172.16.0.2' }, is: { id: 7, remote: '172.16.0.2' } },
  gre: { data: { remote: '172.16.0.2', inputFlags: ['key'], inputKey: 5 }, is: { remote: '172.16.0.2' } },
  ipip: { data: { remote: '172.16.0.2' }, is: { remote: '172.16.0.2' } },
  sit: { data: { remote: '172.16.0.2' }, is: { remote: '172.16.0.2' } },
  ip6tnl: { data: { remote: 'fd00::2', protocol: 'any' }, is: { remote: 'fd00::2' } },
  wireguard: { is: {} },
  netkit: { data: { mode: 'l2' }, is: {} },
};

describe('a link of kind', () => {
  it.for(Object.entries(kinds))('%s is made and changed as asked', ([kind, wanted], context) => {
    needsLinkKind(context, kind);
    const { link, data, is, change, becomes } = wanted;
    const options = { kind, name: 'made0', up: true, ...(data && { data }), ...(link && { link }) };
    const made = ns.links.addSync(options as LinkAdd);
    const info = () => host.link('made0')?.linkinfo;
    expect(host.link('made0')?.ifindex).toBe(made.index);
    expect(host.link('made0')?.flags).toContain('UP');
    expect(info()?.info_kind).toBe(kind);
    expect(info()?.info_data ?? {}).toMatchObject(is);
    if (change) ns.links.setSync(made, { kind, data: change } as LinkSet);
    if (becomes) expect(info()?.info_data).toMatchObject(becomes);
    const read = ns.links.getSync(made);
    expect(read.linkInfo?.kind).toBe(kind);
    if (data) expect(read.linkInfo?.data).toMatchObject({ ...readable(data), ...readable(change ?? {}) });
    ns.links.removeSync(made);
    expect(host.link('made0')).toBeUndefined();
  });
});

/** What reads back as it was given: not links by name, nor what a request only adds to. */
function readable(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'link' && name !== 'flags'));
}

describe('a macvlan in mode source', () => {
  it('takes the addresses it may receive from, and gives them back', (context) => {
    needsLinkKind(context, 'macvlan');
    const [one, two] = ['02:00:00:00:00:01', '02:00:00:00:00:02'];
    const addresses = (read: unknown) => [...((read as { addresses?: string[] }).addresses ?? [])].sort();
    ns.links.addSync({
      kind: 'macvlan',
      name: 'mv0',
      link: 'v0',
      data: { mode: 'source', addressMode: 'set', addresses: [one, two] },
    });
    const data = () => ns.links.getSync('mv0').linkInfo?.data;
    expect(addresses(data())).toEqual([one, two]);
    ns.links.setSync('mv0', { kind: 'macvlan', data: { addressMode: 'del', address: one } });
    expect(addresses(data())).toEqual([two]);
    expect(data()).toMatchObject({ addressCount: 1, mode: 'source' });
    expect(host.run('ip', '-d', 'link', 'show', 'mv0')).toContain(`remotes (1) ${two}`);
  });
});

describe('a refusal', () => {
  it.each<[options: object, error: string]>([
    [{ kind: 'veth', data: { id: 7 } }, 'link.add: data.id is not an option'],
    [{ kind: 'dummy', data: { id: 7 } }, 'link.add: data: this kind of link has none'],
    [{ kind: 'veth', peer: { mtu: 'x' } }, 'link.add: peer.mtu must be an integer, not a string'],
    [
      { kind: 'bond', data: { arpIpTargets: ['x'] } },
      'link.add: data.arpIpTargets.0 must be an IPv4 address',
    ],
  ])('of %j names the option that was given', async (options, error) => {
    expect(() => ns.links.addSync({ name: 'x0', ...options } as LinkAdd)).toThrow(error);
    await expect(ns.links.add({ name: 'x0', ...options } as LinkAdd)).rejects.toThrow(error);
  });

  it('of a port does too', () => {
    const wrong = { portKind: 'bond', portData: { isolated: true } } as unknown as LinkSet;
    expect(() => ns.links.setSync('v0', wrong)).toThrow('link.set: portData.isolated is not an option');
  });
});

describe('counters of address families', () => {
  it('are read where they are asked for', () => {
    const family = (stats: boolean) => ns.links.getSync('v0', { stats }).afSpec?.inet6;
    expect(family(true)?.stats).toBeInstanceOf(BigUint64Array);
    expect(family(false)?.stats).toBeUndefined();
    expect(ns.links.getSync('v0').stats64?.txPackets).toBeTypeOf('bigint');
    const listed = ns.links.listSync({ stats: true }).find(({ name }) => name === 'v0');
    expect(listed?.afSpec?.inet6?.stats).toBeInstanceOf(BigUint64Array);
  });
});

describe('a link on another', () => {
  it('is born in the namespace asked for', async (context) => {
    needsLinkKind(context, 'macvlan');
    const inside = createHost('inside');
    const container = await Namespace.open(inside.name);
    ns.links.addSync({
      kind: 'macvlan',
      name: 'eth0',
      link: 'v0',
      namespace: container,
      data: { mode: 'bridge' },
    });
    expect(host.link('eth0')).toBeUndefined();
    expect(inside.link('eth0')?.linkinfo).toMatchObject({
      info_kind: 'macvlan',
      info_data: { mode: 'bridge' },
    });
    container.close();
  });
});
