// TUN and TAP links: made in the namespace asked for, persistent or not, read back through `ip`.

import { readSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, type Host } from '../support/host.js';
import { needsLinkKind } from '../support/probe.js';
import { rejection } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async (context) => {
  // ip refuses to make one by message, but says so of no kind it does not know.
  needsLinkKind(context, 'tun');
  host = createHost();
  ns = await Namespace.open(host.name);
});
afterEach(() => ns?.close());

const infoOf = (name: string) => host.link(name)?.linkinfo;
const current = Namespace.currentSync();
const hereToo = (name: string) => current.links.listSync().some((link) => link.name === name);

describe('tuns.add', () => {
  it('makes a link that stays, in that namespace only', async () => {
    const made = await ns.tuns.add({ mode: 'tun', name: 'nptest0' });
    expect(made).toEqual({ index: host.link('nptest0')?.ifindex, name: 'nptest0' });
    expect(infoOf('nptest0')).toMatchObject({
      info_kind: 'tun',
      info_data: { type: 'tun', pi: false, vnet_hdr: false, multi_queue: false, persist: true },
    });
    expect(hereToo('nptest0')).toBe(false);
    await ns.links.remove(made);
    expect(host.link('nptest0')).toBeUndefined();
  });

  it('makes it as asked, also on the calling thread', () => {
    const made = ns.tuns.addSync({
      mode: 'tap',
      name: 'nptest1',
      owner: 54321,
      group: 54322,
      multiQueue: true,
      vnetHeader: true,
      packetInformation: true,
    });
    expect(infoOf('nptest1')?.info_data).toMatchObject({
      type: 'tap',
      pi: true,
      vnet_hdr: true,
      multi_queue: true,
      persist: true,
      user: 54321,
      group: 54322,
    });
    expect(hereToo('nptest1')).toBe(false);
    expect(ns.links.getSync(made).linkInfo).toMatchObject({
      kind: 'tun',
      data: {
        type: 'tap',
        owner: 54321,
        group: 54322,
        multiQueue: true,
        vnetHeader: true,
        packetInformation: true,
        persistent: true,
      },
    });
  });

  it('leaves the name to the kernel', async () => {
    expect((await ns.tuns.add({ mode: 'tap' })).name).toBe('tap0');
    expect((await ns.tuns.add({ mode: 'tap' })).name).toBe('tap1');
  });

  it('rejects with EBUSY where the name is taken; open with EINVAL where by another kind of link', async () => {
    await ns.tuns.add({ mode: 'tun', name: 'nptest0' });
    ns.links.addSync({ kind: 'bridge', name: 'br0' });
    const busy = await rejection(ns.tuns.add({ mode: 'tun', name: 'nptest0' }));
    expect(busy).toMatchObject({ code: 'EBUSY', operation: 'tun.add', target: 'nptest0' });
    expect(await rejection(ns.tuns.add({ mode: 'tun', name: 'br0' }))).toMatchObject({ code: 'EBUSY' });
    expect(await rejection(ns.tuns.open({ mode: 'tun', name: 'br0' }))).toMatchObject({ code: 'EINVAL' });
  });
});

describe('tuns.open', () => {
  it('makes a link that goes with its descriptor, and carries packets', async () => {
    const tun = await ns.tuns.open({ mode: 'tun', name: 'nptest0' });
    ns.links.setSync(tun, { up: true, afSpec: { inet6: { addressGenerationMode: 'none' } } });
    ns.addresses.addSync({ link: tun, address: '10.9.0.1/24' });
    await rejection(ns.ping('10.9.0.2', { timeoutMs: 50 }));
    const packet = Buffer.alloc(2048);
    let length = 0;
    // Reports to multicast routers come by themselves.
    do length = readSync(tun.fd, packet);
    while (packet.readUInt8(0) >> 4 !== 4);
    expect([...packet.subarray(16, 20)]).toEqual([10, 9, 0, 2]);
    expect(writeSync(tun.fd, packet.subarray(0, length))).toBe(length);
    tun.close();
    expect(() => tun.fd).toThrow('tun nptest0: it was closed');
    await expect.poll(() => host.link('nptest0')).toBeUndefined();
  });

  it('attaches to one that stays, and to several queues of it', () => {
    const made = ns.tuns.addSync({ mode: 'tap', name: 'nptest1', multiQueue: true });
    const queues = [1, 2].map(() => ns.tuns.openSync({ mode: 'tap', name: 'nptest1', multiQueue: true }));
    expect(queues.map(({ index }) => index)).toEqual([made.index, made.index]);
    expect(ns.links.getSync('nptest1').linkInfo?.data).toMatchObject({ queueCount: 2, persistent: true });
    for (const queue of queues) queue.close();
    expect(ns.links.getSync('nptest1').linkInfo?.data).toMatchObject({ queueCount: 0 });
  });
});

describe('a plan', () => {
  it('goes on with the link it made', () => {
    const plan = new Plan();
    const { tuns, links, addresses } = plan.on(ns);
    const tap = tuns.add({ mode: 'tap', name: 'nptest1', owner: 7 });
    addresses.add({ link: 'nptest1', address: '10.9.0.1/24' });
    links.set(tap, { up: true });
    expect(plan.explain(ns)).toEqual([
      'ip tuntap add dev nptest1 mode tap user 7',
      'ip address add 10.9.0.1/24 dev nptest1',
      'ip link set dev nptest1 up',
    ]);
    plan.runSync();
    expect(host.link('nptest1')?.flags).toContain('UP');
    expect(host.addresses().find(({ ifname }) => ifname === 'nptest1')?.addr_info[0]?.local).toBe('10.9.0.1');
  });

  it('takes it away when a later step fails', async () => {
    const plan = new Plan();
    const { tuns, links } = plan.on(ns);
    tuns.add({ mode: 'tun', name: 'nptest0' });
    links.add({ kind: 'bridge', name: 'lo2', master: 'nothing' });
    expect(await rejection(plan.run())).toMatchObject({ step: 1 });
    expect(host.link('nptest0')).toBeUndefined();
  });
});

describe('bad input', () => {
  it.each<[options: unknown, error: string]>([
    [{}, 'tun.add: option mode is missing'],
    [{ mode: 'veth' }, 'tun.add: mode: must be one of "tun", "tap", got "veth"'],
    [{ mode: 'tun', name: 'a b' }, 'tun.add: name: "a b" contains a space'],
    [{ mode: 'tun', owner: -1 }, 'tun.add: owner: must be a whole number from 0 to 4294967294, got -1'],
    [{ mode: 'tun', pi: true }, 'tun.add: unknown option "pi"'],
    [{ mode: 'tun', multiQueue: 1 }, 'tun.add: multiQueue: must be a boolean, got 1'],
  ])('%j is refused', (options, error) => {
    expect(() => ns.tuns.addSync(options as { mode: 'tun' })).toThrow(error);
  });
});
