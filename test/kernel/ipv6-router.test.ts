// IPv6 and routers: forwarding is switched on without costing the host its own router, and put back; no router on the bridge
// becomes the host's or a container's.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import { createHost, Host } from '../support/host.js';
import { advertise } from '../support/router.js';
import { everything, namespaceName, removeNamedAfterEach } from './surroundings.js';

removeNamedAfterEach();

let host: Host;
let router: Host;
let ns: Namespace;
const networks: Network[] = [];

beforeEach(async () => {
  [host, router] = [createHost('host'), createHost('router')];
  host.setSysctl('net.ipv6.conf.all.forwarding', 0);
  host.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'lan', 'netns', router.name);
  router.run('ip', 'address', 'add', 'fe80::1/64', 'dev', 'lan', 'nodad');
  router.run('ip', 'link', 'set', 'lan', 'up');
  host.setSysctl('net.ipv6.conf.uplink.accept_ra', 1);
  host.run('ip', 'link', 'set', 'uplink', 'up');
  ns = await Namespace.open(host.name);
});

afterEach(async () => {
  for (const network of networks.splice(0)) await network.close();
  ns.close();
});

async function ensure(name: string, subnets: readonly string[], nat: 'iptables' | false = 'iptables') {
  const network = await Network.ensure({ name, subnets, nat, host: ns });
  networks.push(network);
  return network;
}

const defaultRoutes = (of: Host) => of.routes('-6').filter(({ dst }) => dst === 'default');

/** What a router says takes a moment to be heard. */
async function heard(of: Host, from: Host, link: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    advertise(from, link, '2001:db8:1::');
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (defaultRoutes(of).length > 0) return true;
  }
  return false;
}

const settings = () => ({
  forwarding: host.sysctl('net.ipv6.conf.all.forwarding'),
  acceptRa: host.sysctl('net.ipv6.conf.uplink.accept_ra'),
});

describe('forwarding of IPv6', () => {
  it('leaves the host the router it had heard of, and is put back with what it took', async () => {
    expect(await heard(host, router, 'lan')).toBe(true);
    const [told] = defaultRoutes(host);
    const network = await ensure('br0', ['172.16.0.0/24', 'fd00:1::/64']);
    expect(settings()).toEqual({ forwarding: '1', acceptRa: '2' });
    expect(defaultRoutes(host)).toEqual([
      expect.objectContaining({ gateway: told?.gateway, protocol: 'ra' }),
    ]);
    expect(host.link('br0')?.ifalias).toMatch(/ forward=0 forward6=0 ra=uplink$/);
    expect(await network.remove()).toMatchObject({
      forwarding: 'restored',
      ipv6: { forwarding: 'restored' },
    });
    expect(settings()).toEqual({ forwarding: '0', acceptRa: '1' });
  });

  it('leaves an uplink that has heard nothing yet what it will hear', async () => {
    host.run('ip', 'link', 'add', 'port', 'type', 'veth', 'peer', 'name', 'far');
    host.run('ip', 'link', 'add', 'lan0', 'type', 'bridge');
    host.run('ip', 'link', 'set', 'port', 'master', 'lan0', 'up');
    host.setSysctl('net.ipv6.conf.port.accept_ra', 1);
    const network = await ensure('br0', ['fd00:1::/64']);
    expect(host.link('br0')?.ifalias).toMatch(/ forward6=0 ra=uplink$/);
    expect(settings()).toEqual({ forwarding: '1', acceptRa: '2' });
    expect(await heard(host, router, 'lan')).toBe(true);
    host.run('ip', 'link', 'delete', 'lan0');
    await network.remove();
    expect(settings()).toEqual({ forwarding: '0', acceptRa: '1' });
    expect(defaultRoutes(host)).toHaveLength(1);
  });

  it('is not switched on for a network of IPv4, or one without NAT', async () => {
    await ensure('br0', ['172.16.0.0/24']);
    await ensure('br1', ['fd00:1::/64'], false);
    expect(settings()).toEqual({ forwarding: '0', acceptRa: '1' });
  });

  it('is handed on, with what it took, to another network of IPv6', async () => {
    expect(await heard(host, router, 'lan')).toBe(true);
    const one = await ensure('br0', ['172.16.0.0/24', 'fd00:1::/64']);
    await ensure('br1', ['172.17.0.0/24']);
    const other = await ensure('br2', ['172.18.0.0/24', 'fd00:2::/64']);
    expect(await one.remove()).toMatchObject({
      forwarding: 'kept',
      ipv6: { forwarding: 'kept', reason: 'network br2 may rely on it' },
    });
    expect(host.link('br2')?.ifalias).toMatch(/ forward6=0 ra=uplink$/);
    expect(await other.remove()).toMatchObject({ ipv6: { forwarding: 'restored' } });
    expect(settings()).toEqual({ forwarding: '0', acceptRa: '1' });
  });

  it('is not handed on to a label without room for it, and the network goes all the same', async () => {
    host.run('ip', 'link', 'set', 'uplink', 'down');
    host.run('ip', 'link', 'set', 'uplink', 'name', 'uplink-15-bytes');
    host.run('ip', 'link', 'set', 'uplink-15-bytes', 'up');
    expect(await heard(host, router, 'lan')).toBe(true);
    const one = await ensure('br0', ['172.16.0.0/24', 'fd00:1::/64']);
    // As many routes as just leave room for the two settings, but not for the uplink's name.
    const routes = Array.from({ length: 9 }, (_, i) => `10.${100 + i}.0.0/16`);
    const full = {
      name: 'br2',
      subnets: ['172.18.0.0/24', 'fd00:2::/64'],
      nat: 'iptables',
      host: ns,
    } as const;
    networks.push(await Network.ensure({ ...full, routes }));
    const report = await one.remove();
    expect(report.ipv6).toEqual({
      forwarding: 'kept',
      reason: 'network br2 may rely on it, and its label has no room for net.ipv6.conf.all.forwarding=0',
    });
    expect(host.link('br0')).toBeUndefined();
  });

  it('that was on is neither recorded nor touched', async () => {
    host.setSysctl('net.ipv6.conf.all.forwarding', 1);
    const network = await ensure('br0', ['172.16.0.0/24', 'fd00:1::/64']);
    expect(host.link('br0')?.ifalias).not.toContain('forward6');
    await network.remove();
    expect(settings()).toEqual({ forwarding: '1', acceptRa: '1' });
  });
});

/** The advertisement that nobody took is one that is taken, by who listens. */
async function isHeard(rogue: string, victim: string): Promise<void> {
  new Host(victim).setSysctl('net.ipv6.conf.eth0.accept_ra', 1);
  let seen = false;
  for (let tries = 0; tries < 20 && !seen; tries++) {
    advertise(new Host(rogue), 'eth0', '2001:db8:66::');
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = new Host(victim).addressesOf('eth0').some((address) => address.startsWith('2001:db8:66:'));
  }
  expect(seen).toBe(true);
}

describe('a container that plays router', () => {
  it('is heard by no other container and not by the host', async () => {
    const network = await ensure('br0', ['172.16.0.0/24', 'fd00:1::/64'], false);
    const [rogue, victim] = [namespaceName('rogue'), namespaceName('victim')];
    await network.attach(rogue);
    await network.attach(victim);
    const before = [everything(host), new Host(victim).addressesOf('eth0'), defaultRoutes(new Host(victim))];
    for (let i = 0; i < 3; i++) advertise(new Host(rogue), 'eth0', '2001:db8:66::');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([everything(host), new Host(victim).addressesOf('eth0'), defaultRoutes(new Host(victim))]).toEqual(
      before,
    );
    await isHeard(rogue, victim); // where it is listened to
  });

  it.each(['attach', 'pool', 'late pool'] as const)(
    'is heard by no other container of a network of IPv4 (%s)',
    async (way) => {
      const network = await ensure('br0', ['172.16.0.0/24'], false);
      const [rogue, victim] = [namespaceName('rogue'), namespaceName('victim')];
      await network.attach(rogue);
      if (way === 'attach') await network.attach(victim);
      else {
        const pool = await network.createPool({ size: 1, addresses: way === 'pool' ? 'ahead' : 'late' });
        (await pool.attach(victim, { named: true })).namespace.close();
      }
      // It gives itself the address that a router must have.
      new Host(rogue).run('ip', 'address', 'add', 'fe80::66/64', 'dev', 'eth0', 'nodad');
      for (let i = 0; i < 3; i++) advertise(new Host(rogue), 'eth0', '2001:db8:66::');
      await new Promise((resolve) => setTimeout(resolve, 200));
      const inside = new Host(victim);
      expect(inside.addressesOf('eth0').filter((address) => address.includes(':'))).toEqual([]);
      expect(defaultRoutes(inside)).toEqual([]);
      await isHeard(rogue, victim);
    },
  );

  it('has no IPv6 address to play with in a network of IPv4, and neither has any other link', async () => {
    const network = await ensure('br0', ['172.16.0.0/24'], false);
    const name = namespaceName('c1');
    const { hostLink } = await network.attach(name);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const inside = new Host(name);
    for (const [where, link] of [
      [host, 'br0'],
      [host, hostLink],
      [inside, 'eth0'],
    ] as const)
      expect(where.addressesOf(link).filter((address) => address.includes(':'))).toEqual([]);
    expect(host.sysctl('net.ipv6.conf.br0.accept_ra')).toBe('0');
  });
});
