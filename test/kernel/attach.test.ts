// What attach makes and detach takes away: namespaces made and brought, addresses, names, labels, claims.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespace, type NamespaceReference } from '../../src/namespace.js';
import { command } from '../support/command.js';
import { createHost, Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();

describe('attach', () => {
  it('makes what the documented formats say', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const endpoint = await network.attach(name);
    const mac = '02:42:c1:b6:74:db'; // printf 'netplumb/1 br0 172.16.0.2' | sha256sum
    expect(endpoint).toEqual({
      name,
      network: 'br0',
      addresses: ['172.16.0.2/24'],
      mac,
      interfaceName: 'eth0',
      hostLink: expect.stringMatching(/^np[a-z2-7]{12}$/),
      hostLinkIndex: expect.any(Number),
    });
    const { altnames, ...link } = stage.host.link(endpoint.hostLink) ?? {};
    expect([...(altnames ?? [])].sort()).toEqual(['np1:br0:172.16.0.2', `np1:br0:c:${name}`]);
    expect(link).toMatchObject({
      ifindex: endpoint.hostLinkIndex,
      ifalias: `netplumb/1 network=br0 container=${name} addresses=172.16.0.2/24 mac=${mac} if=eth0 netns=created`,
      master: 'br0',
      num_tx_queues: 1,
      num_rx_queues: 1,
      inet6_addr_gen_mode: 'none',
      flags: expect.arrayContaining(['UP']),
    });
    const inside = new Host(name);
    expect(inside.link('eth0')).toMatchObject({
      address: mac,
      mtu: 1500,
      num_tx_queues: 1,
      inet6_addr_gen_mode: 'none',
      flags: expect.arrayContaining(['UP']),
    });
    expect(inside.link('lo')?.flags).toContain('UP');
    expect(inside.addressesOf('eth0')).toEqual(['172.16.0.2/24']);
    expect(inside.routes()).toContainEqual(
      expect.objectContaining({ dst: 'default', gateway: '172.16.0.1', dev: 'eth0' }),
    );
    expect(inside.canPing('172.16.0.1')).toBe(true);
  });

  it('takes address, MAC, interface name and mtu as told', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const options = { address: '172.16.0.77', mac: '02:00:00:00:00:4d', interfaceName: 'net1', mtu: 1400 };
    const endpoint = await network.attach(name, options);
    expect(endpoint).toMatchObject({
      addresses: ['172.16.0.77/24'],
      mac: options.mac,
      interfaceName: 'net1',
    });
    const inside = new Host(name);
    expect(inside.link('net1')).toMatchObject({ address: options.mac, mtu: 1400 });
    expect(stage.host.link(endpoint.hostLink)).toMatchObject({
      mtu: 1400,
      ifalias: expect.stringMatching(/ mac=02:00:00:00:00:4d if=net1 /),
    });
    expect(inside.addressesOf('net1')).toEqual(['172.16.0.77/24']);
  });

  it('gives an address that is used again the MAC it had', async () => {
    const network = await stage.ensure();
    const [first, second] = [namespaceName('c1'), namespaceName('c2')];
    const options = { address: '172.16.0.9' };
    const before = await network.attach(first, options);
    stage.host.run('ping', '-c1', '-W1', '172.16.0.9'); // the host has its MAC now
    await network.detach(first);
    const after = await network.attach(second, options);
    expect(after.mac).toBe(before.mac);
    expect(stage.host.canPing('172.16.0.9')).toBe(true);
  });

  it('uses a namespace brought by name, pid, path, descriptor or handle, and leaves it', async () => {
    const network = await stage.ensure();
    const hosts = ['name', 'pid', 'path', 'fd', 'handle'].map((label) => createHost(label));
    const [byName, byPid, byPath, byFd, byHandle] = hosts as [Host, Host, Host, Host, Host];
    const child = spawn('nsenter', [`--net=${byPid.path}`, 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.write('in\n');
    await once(child.stdout, 'data');
    const fd = openSync(byFd.path, 'r');
    const references: [Host, NamespaceReference | Namespace][] = [
      [byName, byName.name],
      [byPid, { pid: child.pid ?? 0 }],
      [byPath, { path: byPath.path }],
      [byFd, { fd }],
      [byHandle, stage.keep(await Namespace.open(byHandle.name))],
    ];
    for (const [index, [inside, namespace]] of references.entries()) {
      const name = `c${index}`;
      const { hostLink, addresses } = await network.attach(name, { namespace });
      expect(inside.addressesOf('eth0')).toEqual(addresses);
      expect(inside.canPing('172.16.0.1')).toBe(true);
      expect(stage.host.link(hostLink)?.ifalias).toMatch(/ netns=brought$/);
      await network.detach(name, { wait: true });
      expect(inside.links().map(({ ifname }) => ifname)).toEqual(['lo']);
      expect(existsSync(inside.path)).toBe(true);
    }
    closeSync(fd);
    child.stdin.end();
    await once(child, 'exit');
  });

  it('uses the namespace that has the container’s name, as one that was brought', async () => {
    const network = await stage.ensure();
    const inside = createHost('c1');
    await network.attach(inside.name);
    expect(inside.addressesOf('eth0')).toEqual(['172.16.0.2/24']);
    await network.detach(inside.name);
    expect(existsSync(inside.path)).toBe(true);
  });

  it('keeps the default route that is there when a second network comes', async () => {
    const first = await stage.ensure();
    const second = await stage.ensure({ name: 'br1', subnets: ['172.17.0.0/24'] });
    const name = namespaceName('c1');
    await first.attach(name);
    const endpoint = await second.attach(name, { interfaceName: 'eth1' });
    const inside = new Host(name);
    expect(inside.routes().filter(({ dst }) => dst === 'default')).toEqual([
      expect.objectContaining({ gateway: '172.16.0.1', dev: 'eth0' }),
    ]);
    expect([inside.canPing('172.16.0.1'), inside.canPing('172.17.0.1')]).toEqual([true, true]);
    await first.detach(name);
    expect(existsSync(inside.path)).toBe(true);
    expect(inside.canPing('172.17.0.1')).toBe(true);
    expect(stage.host.link(endpoint.hostLink)?.ifalias).toMatch(/ netns=created$/); // the duty is handed on
    await second.detach(name);
    expect(existsSync(inside.path)).toBe(false);
  });
});

describe('detach', () => {
  it('leaves the host as it was before attach', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const before = everything(stage.host);
    await network.attach(name);
    await network.detach(name, { wait: true });
    expect(everything(stage.host)).toEqual(before);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
    expect(await rejection(network.detach(name))).toMatchObject({
      name: 'NetworkError',
      code: 'ENOCONTAINER',
    });
  });

  it('cuts a container off even if somebody holds its namespace', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    await network.attach(name);
    const held = stage.keep(await Namespace.open(name));
    await network.detach(name);
    expect(held.links.getSync('eth0').flags).not.toContain('lowerUp');
    await network.attach(name); // a new one of that name
    await network.detach(name, { wait: true });
    expect((await held.links.list()).map((link) => link.name)).toEqual(['lo']);
    await network.attach(name); // a new one of that name
    expect((await network.list()).map((container) => container.name)).toEqual([name]);
  });

  it('leaves what somebody put in the place of the namespace it had made', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const { hostLink } = await network.attach(name);
    stage.keep(await Namespace.open(name)); // or the link would go with it, some time or other
    command('ip', ['netns', 'del', name]);
    writeFileSync(`/run/netns/${name}`, 'theirs');
    try {
      await network.detach(name, { wait: true });
      expect(stage.host.link(hostLink)).toBeUndefined();
      expect(readFileSync(`/run/netns/${name}`, 'utf8')).toBe('theirs');
    } finally {
      rmSync(`/run/netns/${name}`);
    }
  });

  it('by another handle, or of what another handle attached, is the same', async () => {
    const [one, other] = [await stage.ensure(), await stage.open()];
    const names = [namespaceName('c1'), namespaceName('c2')] as const;
    await one.attach(names[0]);
    await other.attach(names[1]);
    expect((await one.list()).map(({ addresses }) => addresses)).toEqual([
      ['172.16.0.2/24'],
      ['172.16.0.3/24'],
    ]);
    await other.detach(names[0]);
    await one.detach(names[1]);
    expect(await other.list()).toEqual([]);
  });
});
