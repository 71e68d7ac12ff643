// Neighbours, forwarding tables, rules, next hops, namespace ids and route look-ups, read back through `ip -j` and `bridge -j`.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, type Host } from '../support/host.js';
import { needsLinkKind } from '../support/probe.js';
import { rejection, thrown } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  host.run('ip', 'link', 'add', 'br0', 'up', 'type', 'bridge');
  host.run('ip', 'link', 'add', 'veth0', 'master', 'br0', 'up', 'type', 'veth', 'peer', 'name', 'veth1');
  host.run('ip', 'link', 'set', 'veth1', 'up');
  host.run('ip', 'address', 'add', '172.16.0.1/24', 'dev', 'br0');
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

const mac = '02:00:00:00:00:09';
const shown = (...args: string[]) => host.ip<Record<string, unknown>>(...args);

describe('neighbours', () => {
  it('are added, changed, got, listed and removed as ip shows them', async () => {
    await ns.neighbours.add({ link: 'br0', address: '172.16.0.9', linkAddress: mac });
    await ns.neighbours.add({ link: 'veth1', address: 'fd00::9', linkAddress: mac, state: ['stale'] });
    expect(shown('neighbour', 'show', 'dev', 'br0')).toMatchObject([
      { dst: '172.16.0.9', lladdr: mac, state: ['PERMANENT'] },
    ]);
    expect(await ns.neighbours.get({ link: 'br0', address: '172.16.0.9' })).toMatchObject({
      destination: '172.16.0.9',
      linkAddress: mac,
      state: ['permanent'],
    });
    const ofLink = await ns.neighbours.list({ link: 'veth1', family: 'inet6' });
    expect(ofLink.map(({ destination }) => destination)).toContain('fd00::9');
    expect(ofLink.every(({ index }) => index === host.link('veth1')?.ifindex)).toBe(true);
    await ns.neighbours.set({ link: 'br0', address: '172.16.0.9', linkAddress: '02:00:00:00:00:0a' });
    ns.neighbours.replaceSync({ link: 'br0', address: '172.16.0.8', linkAddress: mac });
    expect(
      shown('neighbour', 'show', 'dev', 'br0')
        .map(({ lladdr }) => lladdr)
        .sort(),
    ).toEqual([mac, '02:00:00:00:00:0a']);
    await ns.neighbours.remove({ link: 'br0', address: '172.16.0.9' });
    expect(await rejection(ns.neighbours.get({ link: 'br0', address: '172.16.0.9' }))).toMatchObject({
      code: 'ENOENT',
      operation: 'neighbour.get',
    });
    await ns.neighbours.add({ link: 'br0', address: '172.16.0.77', flags: ['proxy'] });
    expect(await ns.neighbours.list({ proxy: true })).toMatchObject([{ destination: '172.16.0.77' }]);
    await ns.neighbours.remove({ link: 'br0', address: '172.16.0.77', proxy: true });
    expect(ns.neighbours.listSync({ proxy: true })).toEqual([]);
  });

  it('rejects with EEXIST where one is, and ENOENT where a change finds none', async () => {
    host.run('ip', 'neighbour', 'add', '172.16.0.9', 'lladdr', mac, 'dev', 'br0');
    const options = { link: 'br0', address: '172.16.0.9', linkAddress: mac };
    expect(await rejection(ns.neighbours.add(options))).toMatchObject({
      code: 'EEXIST',
      target: '172.16.0.9',
    });
    expect(await rejection(ns.neighbours.set({ ...options, address: '172.16.0.10' }))).toMatchObject({
      code: 'ENOENT',
    });
  });
});

describe('forwarding tables', () => {
  it('hold entries of a bridge and of a port’s own', async () => {
    await ns.fdb.add({ link: 'veth0', linkAddress: mac, flags: ['master'] });
    const bridge = () =>
      JSON.parse(host.run('bridge', '-j', 'fdb', 'show', 'br', 'br0')) as Record<string, unknown>[];
    expect(bridge()).toContainEqual(expect.objectContaining({ mac, ifname: 'veth0', state: 'permanent' }));
    const listed = await ns.fdb.list({ master: 'br0' });
    expect(listed).toContainEqual(
      expect.objectContaining({ linkAddress: mac, master: host.link('br0')?.ifindex }),
    );
    const entry = await ns.fdb.get({ link: 'veth0', linkAddress: mac, flags: ['master'] });
    const same = listed.find(({ linkAddress, vlan }) => linkAddress === mac && vlan === undefined);
    expect(entry).toEqual({ ...same, cacheInfo: entry.cacheInfo });
    const absent = { link: 'veth0', linkAddress: '02:00:00:00:00:0b', flags: ['master'] } as const;
    expect(await rejection(ns.fdb.get(absent))).toMatchObject({ code: 'ENOENT', operation: 'fdb.get' });
    const index = host.link('veth0')?.ifindex;
    expect((await ns.fdb.list({ link: 'veth0' })).every((entry) => entry.index === index)).toBe(true);
    expect(await rejection(ns.fdb.add({ link: 'veth0', linkAddress: mac, flags: ['master'] }))).toMatchObject(
      {
        code: 'EEXIST',
        operation: 'fdb.add',
      },
    );
    ns.fdb.removeSync({ link: 'veth0', linkAddress: mac, flags: ['master'] });
    expect(bridge().filter((entry) => entry.mac === mac)).toEqual([]);
  });

  it('hold a VXLAN’s remotes, several for one address', async (context) => {
    needsLinkKind(context, 'vxlan');
    host.run('ip', 'link', 'add', 'vx0', 'type', 'vxlan', 'id', '42', 'dstport', '4789');
    const entry = { link: 'vx0', linkAddress: '00:00:00:00:00:00' };
    await ns.fdb.append({ ...entry, destination: '192.0.2.2' });
    await ns.fdb.append({ ...entry, destination: '192.0.2.3', port: 4790, vni: 7 });
    const remotes = () =>
      (JSON.parse(host.run('bridge', '-j', 'fdb', 'show', 'dev', 'vx0')) as Record<string, unknown>[])
        .map(({ dst, port, vni }) => [dst, port, vni])
        .sort();
    expect(remotes()).toEqual([
      ['192.0.2.2', undefined, undefined],
      ['192.0.2.3', 4790, 7],
    ]);
    const plan = new Plan();
    plan.on(ns).fdb.append({ ...entry, destination: '192.0.2.4' });
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 1 });
    await ns.fdb.remove({ ...entry, destination: '192.0.2.3', port: 4790, vni: 7 });
    expect(remotes().map(([dst]) => dst)).toEqual(['192.0.2.2']);
  });
});

describe('rules', () => {
  const rules = (family = '-4') => host.run('ip', family, 'rule', 'show').trim().split('\n');

  it('are added, listed and removed as ip shows them', async () => {
    const made = await ns.rules.add({ source: '172.16.0.0/24', table: 100 });
    expect(made).toMatchObject({ priority: 32765, source: '172.16.0.0', sourceLength: 24, table: 100 });
    await ns.rules.add({
      priority: 500,
      mark: 7,
      mask: 255,
      inputLink: 'br0',
      ipProto: 'tcp',
      destinationPorts: { start: 80, end: 90 },
      uidRange: { start: 1, end: 2 },
      table: 1000,
    });
    ns.rules.addSync({ source: 'fd00::/64', action: 'prohibit', priority: 7 });
    expect(rules()).toContain('32765:\tfrom 172.16.0.0/24 lookup 100');
    expect(rules().find((line) => line.startsWith('500:'))).toMatch(
      /fwmark 0x7\/0xff iif br0 uidrange 1-2 ipproto tcp dport 80-90 lookup 1000/,
    );
    expect(rules('-6')).toContain('7:\tfrom fd00::/64 prohibit');
    expect((await ns.rules.list({ family: 'inet' })).length).toBe(rules().length);
    expect(await ns.rules.list({ table: 100 })).toMatchObject([{ priority: 32765 }]);
    expect(await ns.rules.list({ priority: 500 })).toMatchObject([{ mark: 7, mask: 255, inputLink: 'br0' }]);
    await ns.rules.remove({ priority: 500 });
    await ns.rules.remove({ source: '172.16.0.0/24', table: 100 });
    expect(rules()).toHaveLength(3);
    expect(await rejection(ns.rules.remove({ priority: 500 }))).toMatchObject({ code: 'ENOENT' });
    expect(
      await rejection(ns.rules.add({ source: 'fd00::/64', action: 'prohibit', priority: 7 })),
    ).toMatchObject({
      code: 'EEXIST',
    });
  });

  it('can be for what this host sends itself', async () => {
    await ns.rules.add({ priority: 8, inputLink: 'lo', table: 100 });
    expect(rules()).toContain('8:\tfrom all iif lo lookup 100');
    await ns.rules.remove({ priority: 8, inputLink: 'lo' });
    expect(rules().some((line) => line.startsWith('8:'))).toBe(false);
  });

  it('are taken back by the priority that the kernel chose, and only where no other could be meant', async () => {
    host.run('ip', 'rule', 'add', 'priority', '100', 'fwmark', '5', 'table', '100');
    const before = rules();
    const plan = new Plan();
    plan.on(ns).rules.add({ table: 'main' });
    plan.on(ns).rules.add({ mark: 5, table: 100 });
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    const error = await rejection(plan.run());
    expect(error).toMatchObject({ code: 'EEXIST', step: 2 });
    expect(error).not.toHaveProperty('notUndone');
    expect(rules()).toEqual(before);
    const unsure = new Plan();
    unsure.on(ns).rules.add({ priority: 100, table: 100 });
    unsure.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    expect(await rejection(unsure.run())).toMatchObject({ step: 1, notUndone: [0] });
    expect(rules()).toEqual(expect.arrayContaining(before));
  });
});

describe('next hops', () => {
  it('are added, grouped, used, listed and removed as ip shows them', async () => {
    const made = await ns.nextHops.add({ gateway: '172.16.0.2', link: 'br0' });
    const id = made.id ?? 0;
    expect(shown('nexthop', 'get', 'id', String(id))).toMatchObject([
      { id, gateway: '172.16.0.2', dev: 'br0' },
    ]);
    await ns.nextHops.add({ id: 11, gateway: '172.16.0.3', link: 'br0', protocol: 'static' });
    await ns.nextHops.add({ id: 20, group: [{ id }, { id: 11, weight: 5 }] });
    expect(await ns.nextHops.get(20)).toMatchObject({
      group: [
        { id, weight: 0 },
        { id: 11, weight: 4 },
      ],
    });
    expect((await ns.nextHops.list({ groups: true })).map((one) => one.id)).toEqual([20]);
    expect((await ns.nextHops.list({ link: 'br0' })).map((one) => one.id).sort()).toEqual([id, 11].sort());
    await ns.routes.add({ destination: '10.0.0.0/8', nextHopId: 20 });
    expect(shown('route', 'show', '10.0.0.0/8')).toMatchObject([{ nhid: 20 }]);
    ns.nextHops.replaceSync({ id: 11, gateway: '172.16.0.4', link: 'br0' });
    expect(shown('nexthop', 'get', 'id', '11')).toMatchObject([{ gateway: '172.16.0.4' }]);
    await ns.nextHops.remove(20);
    expect(shown('route', 'show', '10.0.0.0/8')).toEqual([]);
    expect(await rejection(ns.nextHops.get(20))).toMatchObject({ code: 'ENOENT' });
  });

  it('show the buckets of their resilient groups', async () => {
    await ns.nextHops.add({ id: 1, gateway: '172.16.0.2', link: 'br0' });
    await ns.nextHops.add({ id: 2, gateway: '172.16.0.3', link: 'br0' });
    await ns.nextHops.add({ id: 20, group: [{ id: 1 }, { id: 2 }], resilient: { buckets: 4 } });
    await ns.nextHops.add({ id: 21, group: [{ id: 2 }], resilient: { buckets: 2 } });
    const theirs = shown('nexthop', 'bucket', 'show', 'id', '20').map(({ id, bucket }) => {
      const { index, nhid } = bucket as { index: number; nhid: number };
      return { id, bucket: { index, nextHopId: nhid } };
    });
    expect(theirs).toHaveLength(4);
    expect(await ns.nextHops.buckets({ id: 20 })).toMatchObject(theirs);
    expect(ns.nextHops.bucketsSync()).toHaveLength(6);
    expect(await ns.nextHops.buckets({ link: 'veth1' })).toEqual([]);
    expect(thrown(() => ns.nextHops.bucketsSync({ id: -1 }))).toBeInstanceOf(RangeError);
  });

  it('are taken back by their number', async () => {
    host.run('ip', 'nexthop', 'add', 'id', '7', 'via', '172.16.0.2', 'dev', 'br0');
    const plan = new Plan();
    plan.on(ns).nextHops.add({ gateway: '172.16.0.2', link: 'br0', protocol: 'static' });
    plan.on(ns).nextHops.add({ id: 9, blackhole: true });
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    const error = await rejection(plan.run());
    expect(error).toMatchObject({ code: 'EEXIST', step: 2 });
    expect(error).not.toHaveProperty('notUndone');
    expect(shown('nexthop', 'show').map(({ id }) => id)).toEqual([7]);
  });
});

describe('namespace ids', () => {
  it('are set, got and listed, and links tell them', async () => {
    const other = await Namespace.create();
    try {
      expect(await ns.namespaceIds.get(other)).toBeUndefined();
      await ns.namespaceIds.set(other, 42);
      expect(await ns.namespaceIds.get(other)).toBe(42);
      expect(ns.namespaceIds.listSync()).toContain(42);
      expect(await rejection(ns.namespaceIds.set(other, 43))).toMatchObject({ code: 'EEXIST' });
      await ns.links.add({ kind: 'veth', name: 'out', peer: { name: 'in', namespace: other } });
      expect((await ns.links.get('out')).linkNetNsId).toBe(42);
      expect(host.link('out')?.link_netnsid).toBe(42);
    } finally {
      other.close();
    }
  });
});

describe('routes.get', () => {
  it('answers as ip does', async () => {
    host.run('ip', 'route', 'add', 'default', 'via', '172.16.0.2');
    const [route] = shown('route', 'get', '1.1.1.1');
    const found = await ns.routes.get({ destination: '1.1.1.1' });
    expect(found).toMatchObject({ gateway: '172.16.0.2', preferredSource: '172.16.0.1' });
    expect(route).toMatchObject({ gateway: found.gateway, prefsrc: found.preferredSource });
    expect(ns.routes.getSync({ destination: '1.1.1.1', fibMatch: true })).toMatchObject({
      destinationLength: 0,
    });
    expect(await rejection(ns.routes.get({ destination: 'fd99::1' }))).toMatchObject({ code: 'ENETUNREACH' });
  });
});

describe('a plan', () => {
  it('explains itself in lines that ip and bridge take', async () => {
    const plan = new Plan();
    const verbs = plan.on(ns);
    verbs.neighbours.add({ link: 'br0', address: '172.16.0.9', linkAddress: mac });
    verbs.fdb.add({ link: 'veth0', linkAddress: mac, flags: ['master'] });
    verbs.rules.add({ priority: 9, source: '10.0.0.0/8', table: 100 });
    verbs.nextHops.add({ id: 9, gateway: '172.16.0.2', link: 'br0' });
    for (const line of plan.explain(ns)) host.run('sh', '-c', line);
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 0 });
    await ns.neighbours.remove({ link: 'br0', address: '172.16.0.9' });
    await ns.fdb.remove({ link: 'veth0', linkAddress: mac, flags: ['master'] });
    await ns.rules.remove({ priority: 9 });
    await ns.nextHops.remove(9);
    await plan.run();
  });
});

describe('what cannot be', () => {
  it.each([
    [
      'an address that is none',
      () => ns.neighbours.addSync({ link: 'br0', address: '172.16.0' }),
      /neighbour\.add: address: /,
    ],
    ['no link', () => ns.neighbours.addSync({ address: '172.16.0.9' } as never), /link must be given/],
    [
      'a MAC that is none',
      () => ns.fdb.addSync({ link: 'br0', linkAddress: '02' + ':00' + ':zz' }),
      /linkAddress must be a MAC/,
    ],
    [
      'a VLAN of 5000',
      () => ns.fdb.addSync({ link: 'br0', linkAddress: mac, vlan: 5000 }),
      /vlan must be an integer from 0 to 4095/,
    ],
    [
      'prefixes of two families',
      () => ns.rules.addSync({ source: '10.0.0.0/8', destination: 'fd00::/8' }),
      /destination: fd00:: is not inet/,
    ],
    ['a prefix too long', () => ns.rules.addSync({ source: '10.0.0.0/33' }), /source: "10\.0\.0\.0\/33"/],
    ['a number for a bigint', () => ns.rules.addSync({ tunnelId: 5 as never }), /tunnelId must be a bigint/],
    [
      'raw flags',
      () => ns.rules.addSync({ flags: ['invert'] } as never),
      /flags is not an option; use invert/,
    ],
    [
      'a gateway of the other family',
      () => ns.nextHops.addSync({ family: 'inet6', gateway: '10.0.0.1' }),
      /gateway: 10\.0\.0\.1 is not inet6/,
    ],
    [
      'a weight of 0',
      () => ns.nextHops.addSync({ group: [{ id: 1, weight: 0 }] }),
      /group\[0\]: weight: must be a whole number from 1/,
    ],
    [
      'a group with a gateway',
      () => ns.nextHops.addSync({ group: [{ id: 1 }], gateway: '10.0.0.1' }),
      /gateway is not an option of a group/,
    ],
    ['an id of a namespace below 0', () => ns.namespaceIds.setSync(ns, -2), /namespaceId\.set: id: must be/],
    [
      'a source of the other family',
      () => ns.routes.getSync({ destination: '1.1.1.1', source: 'fd00::1' }),
      /source: fd00::1 is not/,
    ],
  ])('is refused before the kernel is asked: %s', (_, act, message) => {
    const error = thrown(act);
    expect(String(error)).toMatch(/^(TypeError|RangeError)/);
    expect((error as Error).message).toMatch(message);
  });
});
