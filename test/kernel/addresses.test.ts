// The verbs on addresses, read back through `ip -j address`.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { createHost, type Host } from '../support/host.js';
import { everything, rejection, thrown } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
  host.run('ip', 'link', 'add', 'br1', 'type', 'bridge');
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

const infoOf = (link: string) => host.addresses().find(({ ifname }) => ifname === link)?.addr_info ?? [];

describe('addresses.add', () => {
  it('puts IPv4 and IPv6 addresses on a link, as ip shows them', async () => {
    await ns.addresses.add({ link: 'br0', address: '172.16.0.1/24' });
    ns.addresses.addSync({ link: { index: host.link('br0')?.ifindex ?? 0 }, address: 'fd00::1/64' });
    await ns.addresses.add({ link: 'br0', address: '192.0.2.1', label: 'br0:x', broadcast: '192.0.2.255' });
    expect(infoOf('br0')).toEqual([
      expect.objectContaining({ family: 'inet', local: '172.16.0.1', prefixlen: 24, scope: 'global' }),
      expect.objectContaining({
        local: '192.0.2.1',
        prefixlen: 32,
        label: 'br0:x',
        broadcast: '192.0.2.255',
      }),
      expect.objectContaining({ family: 'inet6', local: 'fd00::1', prefixlen: 64, scope: 'global' }),
    ]);
    expect(infoOf('br1')).toEqual([]);
  });

  it('puts one end of a point-to-point link, with the other end’s address', async () => {
    await ns.addresses.add({ link: 'br0', address: '10.0.0.1', peer: '10.0.0.2/30' });
    expect(infoOf('br0')).toEqual([
      expect.objectContaining({ local: '10.0.0.1', address: '10.0.0.2', prefixlen: 30 }),
    ]);
  });

  it('rejects with EEXIST when it is there, and changes nothing', async () => {
    const address = { link: 'br0', address: '172.16.0.1/24' };
    await ns.addresses.add(address);
    const before = everything(host);
    expect(await rejection(ns.addresses.add(address))).toMatchObject({
      name: 'NetlinkError',
      code: 'EEXIST',
      operation: 'address.add',
      target: '172.16.0.1/24',
    });
    expect(thrown(() => ns.addresses.addSync(address))).toMatchObject({ code: 'EEXIST' });
    expect(everything(host)).toEqual(before);
  });

  it.each([
    ['no options', undefined, /options/],
    ['no link', { address: '10.0.0.1/24' }, /link/],
    ['no address', { link: 'br0' }, /address/],
    ['a length of 33', { link: 'br0', address: '10.0.0.1/33' }, /address/],
    ['a leading zero', { link: 'br0', address: '010.0.0.1/24' }, /address/],
    ['a zone', { link: 'br0', address: 'fe80::1%br0/64' }, /address/],
    ['a number', { link: 'br0', address: 1 }, /address/],
    ['a host name', { link: 'br0', address: 'localhost/24' }, /address/],
    ['two slashes', { link: 'br0', address: '10.0.0.1/24/3' }, /address/],
    ['a peer of the other family', { link: 'br0', address: '10.0.0.1', peer: 'fd00::1' }, /peer/],
    ['an unknown option', { link: 'br0', address: '10.0.0.1/24', scop: 'link' }, /scop/],
  ])('refuses %s before the kernel is asked', (_what, options, message) => {
    for (const verb of ['addSync', 'replaceSync', 'removeSync'] as const) {
      const error = thrown(() => ns.addresses[verb](options as never));
      expect(String(error)).toMatch(/^(TypeError|RangeError)/);
      expect((error as Error).message).toMatch(message);
    }
    expect(infoOf('br0')).toEqual([]);
  });
});

describe('addresses.replace and remove', () => {
  it('replace puts it there, and then changes what it says', async () => {
    await ns.addresses.replace({ link: 'br0', address: '172.16.0.1/24' });
    ns.addresses.replaceSync({ link: 'br0', address: '172.16.0.1/24', routePriority: 77 });
    expect(infoOf('br0')).toEqual([
      expect.objectContaining({ local: '172.16.0.1', prefixlen: 24, metric: 77 }),
    ]);
  });

  it('remove takes it away, and says EADDRNOTAVAIL when it is not there', async () => {
    for (const address of ['172.16.0.1/24', '172.16.0.2/24'])
      host.run('ip', 'address', 'add', address, 'dev', 'br0');
    await ns.addresses.remove({ link: 'br0', address: '172.16.0.2/24' });
    expect(host.addressesOf('br0')).toEqual(['172.16.0.1/24']);
    const gone = { link: 'br0', address: '172.16.0.9/24' };
    expect(await rejection(ns.addresses.remove(gone))).toMatchObject({
      code: 'EADDRNOTAVAIL',
      operation: 'address.remove',
    });
    ns.addresses.removeSync({ link: 'br0', address: '172.16.0.1/24' });
    expect(host.addressesOf('br0')).toEqual([]);
  });
});

describe('addresses.list', () => {
  it('has the kernel filter by link and by family', async () => {
    host.run('ip', 'address', 'add', '10.0.0.1/24', 'dev', 'br0');
    host.run('ip', 'address', 'add', '10.0.1.1/24', 'dev', 'br1');
    host.run('ip', 'address', 'add', 'fd00::1/64', 'dev', 'br1', 'nodad');
    const texts = async (filter?: Parameters<typeof ns.addresses.list>[0]) =>
      (await ns.addresses.list(filter)).map((one) => `${one.local ?? one.address}/${one.prefixLength}`);
    expect(await texts({ link: 'br0' })).toEqual(['10.0.0.1/24']);
    expect(await texts({ link: 'br1', family: 'inet6' })).toEqual(['fd00::1/64']);
    expect((await texts({ family: 'inet' })).sort()).toEqual(['10.0.0.1/24', '10.0.1.1/24', '127.0.0.1/8']);
    expect((await texts()).sort()).toEqual(
      host
        .addresses()
        .flatMap(({ addr_info }) => addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`))
        .sort(),
    );
    expect(ns.addresses.listSync({ link: 'br1' })).toHaveLength(2);
  });
});
