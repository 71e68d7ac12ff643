// Plans that succeed: one job, its order, what later steps call what earlier ones made, and what comes back.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, Host } from '../support/host.js';
import { namespaceName, rejection, removeNamedAfterEach, thrown } from './surroundings.js';

removeNamedAfterEach();

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

describe('a plan', () => {
  it.each(['run', 'runSync'] as const)('makes a container as the design tells it (%s)', async (way) => {
    const bridge = await ns.links.add({ kind: 'bridge', name: 'br0', up: true });
    await ns.addresses.add({ link: bridge, address: '172.16.0.1/24' });
    const name = namespaceName('container1');
    const jobs: unknown[] = [];
    const record = (event: unknown) => jobs.push(event);
    subscribe('netplumb:job', record);
    const plan = new Plan();
    const c1 = plan.createNamespace(name);
    const veth = plan.on(ns).links.add({
      kind: 'veth',
      name: 'veth1',
      master: bridge,
      up: true,
      peer: { name: 'eth0', namespace: c1 },
    });
    plan.on(c1).links.set('eth0', { up: true });
    plan.on(c1).addresses.add({ link: 'eth0', address: '172.16.0.2/24' });
    plan.on(c1).routes.add({ destination: 'default', gateway: '172.16.0.1' });
    plan.on(c1).sysctl.set('net.ipv4.ip_forward', 0);
    const result = await plan[way]();
    unsubscribe('netplumb:job', record);

    const inside = new Host(name);
    expect(inside.addressesOf('eth0')).toContain('172.16.0.2/24');
    expect(inside.routes()).toContainEqual(
      expect.objectContaining({ dst: 'default', gateway: '172.16.0.1' }),
    );
    expect(inside.canPing('172.16.0.1')).toBe(true);
    expect(result.link(veth)).toEqual({
      index: host.link('veth1')?.ifindex,
      name: 'veth1',
      peerIndex: inside.link('eth0')?.ifindex,
    });
    expect(jobs).toEqual([
      expect.objectContaining({
        operations: ['namespace.create', 'link.add', 'link.set', 'address.add', 'route.add', 'sysctl.set'],
      }),
    ]);
  });

  it('knows a link that it made by the name it has by then, and by no other', async () => {
    const plan = new Plan({ undo: false });
    const { links, addresses } = plan.on(ns);
    links.add({ kind: 'bridge', name: 'first' });
    links.set('first', { name: 'second' });
    links.add({ kind: 'bridge', name: 'first' });
    addresses.add({ link: 'first', address: '10.0.1.1/24' });
    addresses.add({ link: 'second', address: '10.0.2.1/24' });
    await plan.run();
    expect(host.addressesOf('first')).toContain('10.0.1.1/24');
    expect(host.addressesOf('second')).toContain('10.0.2.1/24');

    const stale = new Plan({ undo: false });
    stale.on(ns).links.add({ kind: 'bridge', name: 'third' });
    stale.on(ns).links.set('third', { name: 'fourth' });
    stale.on(ns).addresses.add({ link: 'third', address: '10.0.3.1/24' });
    expect(await rejection(stale.run())).toMatchObject({ code: 'ENODEV', step: 2 });
    expect(host.addressesOf('fourth')).not.toContain('10.0.3.1/24');
  });

  it('calls what it made by the step that made it, by either end, or by name', async () => {
    const plan = new Plan();
    const { links, addresses, routes } = plan.on(ns);
    const bridge = links.add({ kind: 'bridge' }); // named by the kernel
    const pair = links.add({ kind: 'veth', name: 'left', master: bridge, peer: { name: 'right' } });
    addresses.add({ link: bridge, address: '10.0.0.1/24' });
    addresses.add({ link: pair.otherEnd, address: '10.0.1.1/24' });
    addresses.add({ link: 'left', address: '10.0.2.1/24' });
    links.set(bridge, { up: true });
    links.set(pair, { up: true });
    links.set(pair.otherEnd, { up: true, alias: 'the other end' });
    const result = await plan.run();
    expect(result.link(bridge)).toEqual({ index: host.link('bridge0')?.ifindex, name: 'bridge0' });
    expect(result.link(pair.otherEnd)).toEqual({ index: host.link('right')?.ifindex, name: 'right' });
    expect(host.addressesOf('bridge0')).toContain('10.0.0.1/24');
    expect(host.addressesOf('right')).toContain('10.0.1.1/24');
    expect(host.addressesOf('left')).toContain('10.0.2.1/24');
    expect(host.link('left')).toMatchObject({ master: 'bridge0' });
    expect(host.link('right')).toMatchObject({ ifalias: 'the other end' });
    expect(routes).toBeDefined();
  });

  it('says what it does not know of a link', async () => {
    const plan = new Plan();
    const { links } = plan.on(ns);
    const pair = links.add({ kind: 'veth', name: 'left' });
    const bridge = links.add({ kind: 'bridge', name: 'br0' });
    links.set('br0', { up: true });
    const result = await plan.run();
    expect(() => result.link(pair.otherEnd)).toThrow(/^link: the other end of left is unknown/);
    expect(() => result.link({ step: bridge.step, peer: true })).toThrow(TypeError);
    for (const other of [{ step: 2 }, { step: 9 }, null, 'br0'])
      expect(() => result.link(other as never)).toThrow(/^link: must be a link that this plan made/);
  });

  it('runs hundreds of steps in their order', async () => {
    const plan = new Plan();
    const { links, addresses } = plan.on(ns);
    const bridge = links.add({ kind: 'bridge', name: 'br0', up: true });
    const wanted = Array.from({ length: 300 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`);
    for (const address of wanted) addresses.add({ link: bridge, address });
    await plan.run();
    expect(host.addressesOf('br0').filter((address) => address.endsWith('/32'))).toEqual(wanted);
  });

  it('gives handles of the namespaces it made without a name, or was told to keep', async () => {
    const other = createHost('other');
    const plan = new Plan();
    const name = namespaceName('kept');
    const [anonymous, kept, opened] = [
      plan.createNamespace(),
      plan.createNamespace(name, { keep: true }),
      plan.openNamespace(other.name, { keep: true }),
    ];
    const dropped = plan.openNamespace({ path: other.path });
    for (const [index, target] of [anonymous, kept, opened].entries())
      plan.on(target).links.add({ kind: 'bridge', name: `br${index}` });
    plan.on(dropped).links.add({ kind: 'bridge', name: 'br9' });
    const result = await plan.run();
    const handles = [anonymous, kept, opened].map((planned) => result.namespace(planned));
    expect(handles.map((handle) => handle.name)).toEqual([undefined, name, other.name]);
    const names = handles.map((handle) => handle.links.listSync().map((link) => link.name));
    expect(names).toEqual([
      ['lo', 'br0'],
      ['lo', 'br1'],
      ['lo', 'br2', 'br9'],
    ]);
    expect(thrown(() => result.namespace(dropped))).toBeInstanceOf(TypeError);
    expect(result.namespace(anonymous)).toBe(handles[0]);
    for (const handle of handles) handle.close();
    expect(existsSync(`/run/netns/${name}`)).toBe(true);
  });

  it('may be run again where its names are free again', async () => {
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    await plan.run();
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST' });
    host.run('ip', 'link', 'del', 'br0');
    await plan.run();
    expect(host.link('br0')).toBeDefined();
  });

  it('without steps does nothing', async () => {
    await new Plan().run();
    new Plan().runSync();
  });

  it('in a namespace that was closed is refused', async () => {
    const closed = await Namespace.open(host.name);
    const plan = new Plan();
    plan.on(closed).links.add({ kind: 'bridge', name: 'br0' });
    closed.close();
    expect(await rejection(plan.run())).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('closed'),
    });
    expect(host.link('br0')).toBeUndefined();
  });
});

describe('calls on one namespace', () => {
  it('run in the order they were made, though nobody waits for them', async () => {
    const calls = [
      ns.links.add({ kind: 'bridge', name: 'br0' }),
      ns.addresses.add({ link: 'br0', address: '10.0.0.1/24' }),
      ns.links.set('br0', { up: true }),
      ns.routes.add({ destination: 'default', gateway: '10.0.0.2' }),
      ns.links.remove('br0'),
      ns.links.add({ kind: 'bridge', name: 'br0' }),
    ];
    await Promise.all(calls);
    expect(host.addressesOf('br0')).toEqual([]);
    expect(host.routes()).toEqual([]);
  });

  it('that reach into each other do not block each other', async () => {
    const other = await Namespace.open(createHost('other').name);
    const jobs = Array.from({ length: 40 }, (_, i) => {
      const [here, there] = i % 2 ? [ns, other] : [other, ns];
      const plan = new Plan();
      plan.on(here).links.add({ kind: 'veth', name: `v${i}`, peer: { name: `p${i}`, namespace: there } });
      return plan.run();
    });
    await Promise.all(jobs);
    expect(host.links()).toHaveLength(41);
    other.close();
  });
});
