// Whose namespace a detach or a removal may take the name of, and that it does not race those who join it.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import { command } from '../support/command.js';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { namespaceName, rejection } from './surroundings.js';

const stage = networkStage();
const second = { name: 'br1', subnets: ['172.17.0.0/24'] } as const;

describe('a namespace that netplumb made', () => {
  it('keeps its name while another network is attached to it at the same moment', async () => {
    const [one, other] = [await stage.ensure(), await stage.ensure(second)];
    for (let round = 0; round < 25; round++) {
      const name = namespaceName(`c${round}`);
      await one.attach(name);
      const [, joined] = await Promise.allSettled([
        one.detach(name),
        other.attach(name, { interfaceName: 'eth1' }),
      ]);
      expect(joined.status).toBe('fulfilled');
      expect(new Host(name).link('eth1')).toBeDefined();
      await other.detach(name);
      expect(existsSync(`/run/netns/${name}`)).toBe(false);
    }
  });

  it('is left to a container of the same network that joined it under another name', async () => {
    const network = await stage.ensure();
    const [name, guest] = [namespaceName('c1'), namespaceName('web')];
    await network.attach(name);
    await network.attach(guest, { namespace: name, interfaceName: 'eth1' });
    await network.detach(name);
    expect(new Host(name).link('eth1')).toBeDefined();
    await network.detach(guest);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it.each(['detach', 'remove'] as const)(
    'is not confused by %s with one made since under its name',
    async (how) => {
      const network = await stage.ensure();
      const name = namespaceName('c1');
      await network.attach(name);
      const holder = stage.keep(await Namespace.open(name));
      command('ip', ['netns', 'del', name]);
      command('ip', ['netns', 'add', name]);
      const { ino } = statSync(`/run/netns/${name}`);
      await (how === 'detach' ? network.detach(name) : network.remove());
      expect(statSync(`/run/netns/${name}`).ino).toBe(ino);
      expect(holder.closed).toBe(false);
    },
  );
});

describe('a namespace that was brought', () => {
  // Attaches, detaches, and is killed before the link is deleted.
  const program = `
import { Namespace, Network } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
const [path, name, brought] = process.argv.slice(1);
const net = await Network.open('br0', { host: await Namespace.open({ path }) });
await net.attach(name, { namespace: { path: brought } });
await net.detach(name);
process.kill(process.pid, 'SIGKILL');
`;
  const detachedElsewhere = (container: string, brought: string) => {
    const args = ['--input-type=module', '--eval', program, stage.host.path, container, brought];
    const { signal } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    expect(signal).toBe('SIGKILL');
  };

  it.each(['a handle', 'a path', 'its name'] as const)(
    'is free for the next attach, by whichever process its container was detached (by %s)',
    async (how) => {
      const network = await stage.ensure();
      const name = namespaceName('runtime');
      const runtime = stage.keep(await Namespace.create(name));
      detachedElsewhere('web', `/run/netns/${name}`);
      const namespace =
        how === 'a handle' ? runtime : how === 'a path' ? { path: `/run/netns/${name}` } : name;
      const { addresses } = await network.attach('web', { namespace });
      expect(new Host(name).addressesOf('eth0')).toEqual(addresses);
      expect(stage.host.links().filter(({ master }) => master === 'br0')).toHaveLength(1);
      expect(stage.host.links().filter(({ linkinfo }) => linkinfo?.info_kind === 'veth')).toHaveLength(1);
    },
  );

  it('keeps an interface that is not left over', async () => {
    const network = await stage.ensure();
    const name = namespaceName('runtime');
    stage.keep(await Namespace.create(name));
    stage.host.run('ip', 'link', 'add', 'theirs', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    expect(await rejection(network.attach('web', { namespace: name }))).toMatchObject({
      code: 'EINTERFACETAKEN',
    });
    expect(stage.host.link('theirs')).toBeDefined();
  });
});

describe('a name too long to be handed on', () => {
  it('stays, and the container goes all the same', async () => {
    const [one, other] = [await stage.ensure(), await stage.ensure(second)];
    const [first, last] = ['c1', 'c2'].map((label) => namespaceName(label).padEnd(100, 'x')) as [
      string,
      string,
    ];
    await one.attach(first);
    try {
      const { hostLink } = await other.attach(last, { namespace: first, interfaceName: 'eth1' });
      await one.detach(first);
      expect(await one.list()).toEqual([]);
      expect(stage.host.link(hostLink)?.ifalias).toMatch(/ netns=brought$/);
      expect(new Host(first).canPing('172.17.0.1')).toBe(true);
      await other.detach(last);
    } finally {
      command('ip', ['netns', 'del', first]);
    }
  });
});

describe('a handle on a network that was removed and made anew', () => {
  it('does not act on the new one', async () => {
    const old = await stage.ensure();
    await (await stage.open()).remove();
    const anew = await stage.ensure();
    const name = namespaceName('c1');
    await anew.attach(name);
    const other = namespaceName('c2');
    for (const act of [
      () => old.info(),
      () => old.list(),
      () => old.attach(other),
      () => old.explainAttach(other),
      () => old.detach(name),
      () => old.remove(),
    ])
      expect(await rejection(act())).toMatchObject({ code: 'ENONETWORK' });
    expect((await anew.list()).map((container) => container.name)).toEqual([name]);
  });
});

describe('a handle that is closed', () => {
  it('lets what is under way end first, and refuses what comes later', async () => {
    const network = await Network.ensure({
      name: 'br0',
      subnets: ['172.16.0.0/24'],
      nat: false,
      host: stage.ns,
    });
    const names = ['c1', 'c2', 'c3'].map((label) => namespaceName(label));
    const attached = network.attachMany(names);
    const closed = network.close();
    expect(await rejection(network.attach(namespaceName('c4')))).toBeInstanceOf(TypeError);
    await closed;
    expect((await attached).map((result) => 'value' in result)).toEqual([true, true, true]);
    expect((await (await stage.open()).list()).map(({ name }) => name).sort()).toEqual([...names].sort());
  });
});

describe('the lock’s file', () => {
  const lock = () => existsSync(`/run/netplumb/${stage.ns.inode}.lock`);
  it('does not stay behind where no network came to be, or none is left', async () => {
    stage.host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    expect(await rejection(stage.ensure())).toMatchObject({ code: 'ENOTOURS' });
    expect(lock()).toBe(false);
    stage.host.run('ip', 'link', 'del', 'br0');
    const [one, other] = [await stage.ensure(), await stage.open()];
    await one.remove();
    expect(await rejection(other.remove())).toMatchObject({ code: 'ENONETWORK' });
    expect(lock()).toBe(false);
  });

  it('does not stay behind after an attach to a network that has gone', async () => {
    const network = await stage.ensure();
    await (await stage.open()).remove();
    const name = namespaceName('c1');
    expect(await rejection(network.attach(name))).toMatchObject({ code: 'ENONETWORK' });
    expect([lock(), existsSync(`/run/netns/${name}`)]).toEqual([false, false]);
  });

  it('is not made for a host that was closed', async () => {
    const { inode } = stage.ns;
    // Inodes are used again: an earlier host, gone with its network standing, may have left one.
    rmSync(`/run/netplumb/${inode}.lock`, { force: true });
    stage.ns.close();
    const refused = Network.ensure({ name: 'br0', subnets: ['172.16.0.0/24'], host: stage.ns });
    expect(await rejection(refused)).toBeInstanceOf(TypeError);
    expect(existsSync(`/run/netplumb/${inode}.lock`)).toBe(false);
  });
});
