// Networks of both families: addresses, routes and real packets of each; what IPv6 leaves on the links, and what it refuses.
import { describe, expect, it } from 'vitest';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName } from './surroundings.js';

const stage = networkStage();
const subnets = ['172.16.0.0/24', 'fd00:1::/64'];

const addressesOf = (host: Host, link: string) => [...host.addressesOf(link)].sort();

/**
 * The kernel joins the group by which neighbours ask for an IPv6 address in a worker of its own; on a busy machine the first
 * question may come too early, and is asked again after a second.
 */
function answers(from: Host, address: string): boolean {
  return from.attempt('ping', '-n', '-c', '1', '-W', '5', address).status === 0;
}

describe('a network of both families', () => {
  it('gives the bridge and each container an address of each, and default routes', async () => {
    const network = await stage.ensure({ subnets });
    expect(network.gateways).toEqual(['172.16.0.1', 'fd00:1::1']);
    expect(addressesOf(stage.host, 'br0')).toEqual([
      '172.16.0.1/24',
      'fd00:1::1/64',
      expect.stringMatching(/^fe80::/),
    ]);
    const name = namespaceName('c1');
    const endpoint = await network.attach(name);
    expect(endpoint.addresses).toEqual(['172.16.0.2/24', 'fd00:1::2/64']);
    const inside = new Host(name);
    expect(addressesOf(inside, 'eth0')).toEqual([
      '172.16.0.2/24',
      'fd00:1::2/64',
      'fe80::42:c1ff:feb6:74db/64', // EUI-64 of the MAC
    ]);
    for (const [family, gateway] of [
      ['-4', '172.16.0.1'],
      ['-6', 'fd00:1::1'],
    ] as const)
      expect(inside.routes(family)).toContainEqual(
        expect.objectContaining({ dst: 'default', gateway, dev: 'eth0' }),
      );
    const { altnames, ifalias } = stage.host.link(endpoint.hostLink) ?? {};
    expect([...(altnames ?? [])].sort()).toEqual([
      'np1:br0:172.16.0.2',
      `np1:br0:c:${name}`,
      'np1:br0:fd00:1::2',
    ]);
    expect(ifalias).toContain(' addresses=172.16.0.2/24,fd00:1::2/64 ');
    expect((await network.list()).map(({ addresses }) => addresses)).toEqual([endpoint.addresses]);
  });

  it('passes packets of both at once, among containers and to the host', async () => {
    const network = await stage.ensure({ subnets });
    const [one, other] = [namespaceName('c1'), namespaceName('c2')] as const;
    await network.attach(one);
    await network.attach(other);
    const inside = new Host(one);
    // None waits for duplicates.
    const states = new Host(other)
      .addresses()
      .flatMap(({ addr_info }) => addr_info.map((one) => ({ ...one })));
    expect(states.filter(({ family }) => family === 'inet6').length).toBeGreaterThan(1);
    for (const state of states) expect(state).not.toHaveProperty('tentative');
    for (const address of ['172.16.0.3', 'fd00:1::3', '172.16.0.1', 'fd00:1::1'])
      expect([address, answers(inside, address)]).toEqual([address, true]);
    expect(answers(stage.host, 'fd00:1::2')).toBe(true);
  });

  it('leaves nothing when it goes', async () => {
    const before = everything(stage.host);
    const network = await stage.ensure({ subnets });
    await network.attach(namespaceName('c1'));
    await network.remove();
    expect(everything(stage.host)).toEqual(before);
  });

  it('gives a pair of addresses that is used again the MAC it had, so that neighbours still reach both', async () => {
    const network = await stage.ensure({ subnets });
    const [neighbour, first, second] = ['n', 'c1', 'c2'].map((label) => namespaceName(label)) as [
      string,
      string,
      string,
    ];
    await network.attach(neighbour);
    const from = new Host(neighbour);
    const before = await network.attach(first, { address: ['172.16.0.9', 'fd00:1::9'] });
    for (const address of ['172.16.0.9', 'fd00:1::9']) expect(answers(from, address)).toBe(true);
    await network.detach(first);
    const after = await network.attach(second, { address: ['172.16.0.9', 'fd00:1::9'] });
    expect(after.mac).toBe(before.mac);
    for (const address of ['172.16.0.9', 'fd00:1::9'])
      expect([address, answers(from, address)]).toEqual([address, true]);
  });

  it('takes one wanted address, and the other family’s that stands as far into its range', async () => {
    const network = await stage.ensure({ subnets });
    expect((await network.attach(namespaceName('c1'), { address: 'fd00:1::77' })).addresses).toEqual([
      '172.16.0.119/24',
      'fd00:1::77/64',
    ]);
  });
});
