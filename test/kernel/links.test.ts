// The verbs on links, read back through `ip -j -d link`.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { createHost, type Host } from '../support/host.js';
import { rejection } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

describe('links.add', () => {
  it('makes a bridge with what was asked, and says its index and name', async () => {
    const made = await ns.links.add({
      kind: 'bridge',
      name: 'br0',
      up: true,
      mtu: 1400,
      address: '02:00:00:00:00:01',
      data: { stpState: 1, priority: 100, ageingTime: 4000 },
    });
    const link = host.link('br0');
    expect(made).toEqual({ index: link?.ifindex, name: 'br0' });
    expect(link).toMatchObject({
      mtu: 1400,
      address: '02:00:00:00:00:01',
      flags: expect.arrayContaining(['UP']),
      linkinfo: { info_kind: 'bridge', info_data: { stp_state: 1, priority: 100, ageing_time: 4000 } },
    });
  });

  it('makes a veth whose other end is born in another namespace', async () => {
    const inside = createHost('inside');
    const container = await Namespace.open(inside.name);
    const bridge = await ns.links.add({ kind: 'bridge', name: 'br0' });
    const made = await ns.links.add({
      kind: 'veth',
      name: 'veth0',
      master: bridge,
      up: true,
      numTxQueues: 1,
      numRxQueues: 1,
      peer: { name: 'eth0', address: '02:00:00:00:00:02', mtu: 1300, namespace: container },
    });
    const [outer, inner] = [host.link('veth0'), inside.link('eth0')];
    expect(made).toEqual({ index: outer?.ifindex, name: 'veth0', peerIndex: inner?.ifindex });
    expect(outer).toMatchObject({ master: 'br0', num_tx_queues: 1, num_rx_queues: 1 });
    expect(outer?.flags).toContain('UP');
    expect(inner).toMatchObject({ address: '02:00:00:00:00:02', mtu: 1300, linkinfo: { info_kind: 'veth' } });
    expect(host.link('eth0')).toBeUndefined();
    container.close();
  });

  it('made in another namespace is not taken there for the answer to another request', async () => {
    const inside = createHost('inside');
    const container = await Namespace.open(inside.name);
    for (let i = 0; i < 3; i++) {
      container.links.listSync();
      await ns.links.list();
      const name = `stray${i}`;
      const made = await ns.links.add({ kind: 'bridge', name, namespace: container });
      expect(made).toEqual({ index: inside.link(name)?.ifindex, name });
      expect(container.links.getSync('lo').name).toBe('lo');
      container.addresses.addSync({ link: 'lo', address: `10.5.5.${i + 1}/32` });
    }
    const address = inside.addresses().find(({ ifname }) => ifname === 'lo');
    expect(address?.addr_info.filter(({ local }) => local.startsWith('10.5.5.'))).toHaveLength(3);
    container.close();
  });

  it('leaves the name to the kernel when none is given', async () => {
    const made = ns.links.addSync({ kind: 'bridge' });
    expect(made).toEqual({ index: host.link('bridge0')?.ifindex, name: 'bridge0' });
  });
});

describe('links.list', () => {
  it('leaves counters out unless they are wanted', async () => {
    const [without] = await ns.links.list();
    const [counted] = await ns.links.list({ stats: true });
    expect(without).not.toHaveProperty('stats');
    expect(without).not.toHaveProperty('stats64');
    expect(without?.afSpec?.inet6).not.toHaveProperty('stats');
    expect(counted?.stats64?.rxBytes).toBeTypeOf('bigint');
    expect((await ns.links.get('lo')).stats64?.rxBytes).toBeTypeOf('bigint');
    expect(() => ns.links.listSync({ stats: 1 as unknown as boolean })).toThrow(
      /link.list: stats must be true or false/,
    );
  });

  it('gives values that do not share what can be changed', async () => {
    const [one] = await ns.links.list();
    const [other] = await ns.links.list();
    const conf = one?.afSpec?.inet?.conf as Int32Array;
    expect(conf).toEqual(other?.afSpec?.inet?.conf);
    conf.fill(-1);
    expect(conf).not.toEqual(other?.afSpec?.inet?.conf);
    expect(one?.afSpec?.inet6?.conf).toEqual(other?.afSpec?.inet6?.conf);
    expect(Object.isFrozen(one?.flags)).toBe(true);
  });
});

describe('links.set', () => {
  it('changes what is named and nothing else', async () => {
    host.run('ip', 'link', 'add', 'br0', 'mtu', '1400', 'type', 'bridge', 'ageing_time', '5000');
    host.run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    await ns.links.set('veth0', { master: 'br0', up: true, alias: 'a label', mtu: 1280 });
    ns.links.setSync('br0', { kind: 'bridge', data: { priority: 7 } });
    expect(host.link('veth0')).toMatchObject({ master: 'br0', ifalias: 'a label', mtu: 1280 });
    expect(host.link('veth0')?.flags).toContain('UP');
    expect(host.link('br0')?.linkinfo?.info_data).toMatchObject({ priority: 7, ageing_time: 5000 });
    await ns.links.set('veth0', { portKind: 'bridge', portData: { cost: 77, isolated: true } });
    expect(host.link('veth0')?.linkinfo?.info_slave_data).toMatchObject({ cost: 77, isolated: true });
    await ns.links.set('veth0', { master: 0, up: false });
    const freed = host.link('veth0');
    expect(freed?.master).toBeUndefined();
    expect(freed?.flags).not.toContain('UP');
    expect(freed).toMatchObject({ ifalias: 'a label', mtu: 1280 });
  });

  it('renames a link that is found by name, by index, or by what add returned', async () => {
    const made = await ns.links.add({ kind: 'bridge', name: 'first' });
    await ns.links.set('first', { name: 'second' });
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo', 'second']);
    await ns.links.set(made.index, { name: 'third' });
    await ns.links.set(made, { name: 'fourth' });
    expect(host.link('fourth')?.ifindex).toBe(made.index);
  });

  it('moves a link to another namespace', async () => {
    const there = createHost('there');
    const target = await Namespace.open(there.name);
    host.run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    await ns.links.set('veth0', { namespace: target });
    await ns.links.set('veth1', { namespace: target, name: 'moved' });
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo']);
    expect(
      there
        .links()
        .map(({ ifname }) => ifname)
        .sort(),
    ).toEqual(['lo', 'moved', 'veth0']);
    target.close();
  });
});

describe('alternative names', () => {
  it('are added, found by every verb, and removed', async () => {
    const long = `np1:br0:c:${'x'.repeat(100)}`;
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    await ns.links.addAltNames('br0', ['np1:br0:172.16.0.2', long]);
    expect(host.link('br0')?.altnames).toEqual(expect.arrayContaining(['np1:br0:172.16.0.2', long]));
    expect((await ns.links.get(long)).name).toBe('br0');
    await ns.links.set('np1:br0:172.16.0.2', { alias: 'found' });
    await ns.addresses.add({ link: long, address: '172.16.0.1/24' });
    expect(host.addressesOf('br0')).toContain('172.16.0.1/24');
    ns.links.removeAltNamesSync('br0', ['np1:br0:172.16.0.2']);
    expect(host.link('br0')).toMatchObject({ ifalias: 'found', altnames: [long] });
    await ns.links.remove(long);
    expect(host.link('br0')).toBeUndefined();
  });

  it('are exclusive, against names too', async () => {
    for (const name of ['br0', 'br1']) host.run('ip', 'link', 'add', name, 'type', 'bridge');
    await ns.links.addAltNames('br0', ['claim']);
    for (const name of ['claim', 'br0'])
      expect(await rejection(ns.links.addAltNames('br1', [name]))).toMatchObject({
        code: 'EEXIST',
        operation: 'altName.add',
        target: 'br1',
      });
    expect(host.link('br1')?.altnames ?? []).toEqual([]);
  });
});

describe('links.remove', () => {
  it('removes by name, by index and by what add returned', async () => {
    const made = await Promise.all(
      ['br0', 'br1', 'br2'].map((name) => ns.links.add({ kind: 'bridge', name })),
    );
    await ns.links.remove('br0');
    ns.links.removeSync(made[1]?.index ?? 0);
    await ns.links.remove(made[2] ?? 0);
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo']);
  });

  it('takes all links of a group and no others', async () => {
    for (const name of ['br0', 'br1', 'br2']) host.run('ip', 'link', 'add', name, 'type', 'bridge');
    for (const name of ['br0', 'br2']) await ns.links.set(name, { group: 4711 });
    await ns.links.removeGroup(4711);
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo', 'br1']);
    expect(await rejection(ns.links.removeGroup(4711))).toMatchObject({
      code: 'ENODEV',
      target: 'group 4711',
    });
    expect(await rejection((async () => ns.links.removeGroup(0))())).toBeInstanceOf(RangeError);
  });
});

describe('links.list', () => {
  it('has the kernel filter by kind and by master', async () => {
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    host.run('ip', 'link', 'add', 'br1', 'type', 'bridge');
    host.run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    host.run('ip', 'link', 'set', 'veth0', 'master', 'br0');
    const names = async (filter?: Parameters<typeof ns.links.list>[0]) =>
      (await ns.links.list(filter)).map(({ name }) => name);
    expect(await names()).toEqual(host.links().map(({ ifname }) => ifname));
    expect(await names({ kind: 'bridge' })).toEqual(['br0', 'br1']);
    expect(await names({ master: 'br0' })).toEqual(['veth0']);
    expect(await names({ master: 'br1' })).toEqual([]);
    expect(ns.links.listSync({ kind: 'veth', master: 'br0' }).map(({ name }) => name)).toEqual(['veth0']);
  });

  it('of a kind that the kernel does not know finds none', async () => {
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const kind = 'nosuchkind' as 'bridge';
    expect(await ns.links.list({ kind })).toEqual([]);
    expect(ns.links.listSync({ kind })).toEqual([]);
  });

  it('reports what ip reports', async () => {
    host.run('ip', 'link', 'add', 'br0', 'address', '02:00:00:00:00:09', 'type', 'bridge', 'priority', '9');
    host.run('ip', 'link', 'set', 'br0', 'alias', 'someone', 'up');
    const theirs = host.link('br0');
    const ours = await ns.links.get('br0');
    expect(Object.keys(ns.links.getSync('br0'))).toEqual(Object.keys(ours));
    expect(ours).toMatchObject({
      index: theirs?.ifindex,
      name: 'br0',
      mtu: theirs?.mtu,
      address: theirs?.address,
      alias: 'someone',
    });
    expect(ours.flags).toContain('up');
    expect(ours.linkInfo).toMatchObject({ kind: 'bridge', data: { priority: 9 } });
  });
});
