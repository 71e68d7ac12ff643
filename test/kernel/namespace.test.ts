// Namespaces by name, pid, path and descriptor, seen by `ip netns` as its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespace, type NamespaceReference } from '../../src/namespace.js';
import { attempt, command } from '../support/command.js';
import { createHost } from '../support/host.js';
import { namespaceName, rejection, removeNamedAfterEach, thrown } from './surroundings.js';

removeNamedAfterEach();

const inodeOf = (path: string) => statSync(path, { bigint: true }).ino;
const ownInode = () => inodeOf('/proc/self/ns/net');
const threadInodes = () =>
  new Set(readdirSync('/proc/self/task').map((task) => inodeOf(`/proc/self/task/${task}/ns/net`)));

describe('a named namespace', () => {
  it.each(['async', 'sync'])('is one that ip netns lists, enters and deletes (%s)', async (way) => {
    const name = namespaceName('made');
    const ns = way === 'sync' ? Namespace.createSync(name) : await Namespace.create(name);
    expect(ns.name).toBe(name);
    expect(ns.inode).toBe(inodeOf(`/run/netns/${name}`));
    expect(command('ip', ['netns', 'list'])).toMatch(new RegExp(`^${name}( |$)`, 'm'));
    const links = JSON.parse(command('ip', ['netns', 'exec', name, 'ip', '-j', 'link'])) as {
      ifname: string;
    }[];
    expect(links.map(({ ifname }) => ifname)).toEqual(['lo']);
    command('ip', ['netns', 'del', name]);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
    ns.close();
  });

  it.each(['async', 'sync'])('that ip netns made is opened and removed (%s)', async (way) => {
    const name = namespaceName('theirs');
    command('ip', ['netns', 'add', name]);
    const inode = inodeOf(`/run/netns/${name}`);
    const ns = way === 'sync' ? Namespace.openSync(name) : await Namespace.open(name);
    expect(ns.inode).toBe(inode);
    if (way === 'sync') Namespace.removeSync(name);
    else await Namespace.remove(name);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
    expect(command('ip', ['netns', 'list'])).not.toContain(name);
    // The name is gone, the namespace is not: the handle holds it.
    expect((await ns.links.list()).map((link) => link.name)).toEqual(['lo']);
    ns.close();
  });

  it('rejects with EEXIST when the name is taken, and leaves the one that has it', async () => {
    const host = createHost();
    const inode = inodeOf(host.path);
    expect(await rejection(Namespace.create(host.name))).toMatchObject({
      name: 'NetlinkError',
      code: 'EEXIST',
      operation: 'namespace.create',
      target: host.name,
    });
    expect(thrown(() => Namespace.createSync(host.name))).toMatchObject({ code: 'EEXIST' });
    expect(inodeOf(host.path)).toBe(inode);
  });

  it('rejects with ENOENT where there is none', async () => {
    const name = namespaceName('none');
    for (const act of [() => Namespace.open(name), () => Namespace.remove(name)])
      expect(await rejection(act())).toMatchObject({ name: 'NetlinkError', code: 'ENOENT', target: name });
    expect(thrown(() => Namespace.removeSync(name))).toMatchObject({ code: 'ENOENT' });
  });

  it('is listed with the others, sorted', async () => {
    const names = ['b', 'a'].map((label) => createHost(label).name).sort();
    const listed = await Namespace.list();
    expect(listed.filter(({ name }) => names.includes(name))).toEqual(
      names.map((name) => ({ name, path: `/run/netns/${name}` })),
    );
  });
});

describe('a reference', () => {
  it('by name, pid, path and descriptor leads to the same namespace', async () => {
    const host = createHost();
    const inside = spawn('nsenter', [`--net=${host.path}`, 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
    inside.stdin.write('in\n');
    await once(inside.stdout, 'data');
    const fd = openSync(host.path, 'r');
    const pid = inside.pid ?? 0;
    const references: NamespaceReference[] = [host.name, { pid }, { path: host.path }, { fd }];
    const opened = await Promise.all(references.map((reference) => Namespace.open(reference)));
    opened.push(...references.map((reference) => Namespace.openSync(reference)));
    closeSync(fd); // the handle has one of its own
    inside.stdin.end();
    await once(inside, 'exit');
    for (const ns of opened) {
      expect(ns.inode).toBe(inodeOf(host.path));
      expect((await ns.links.list()).map((link) => link.name)).toEqual(['lo']);
      ns.close();
    }
    expect(opened.map(({ name }) => name)).toEqual(
      references
        .concat(references)
        .map((reference) => (typeof reference === 'string' ? reference : undefined)),
    );
  });

  it('that leads to no network namespace is refused by the kernel’s or our own word', async () => {
    const gone = spawn('true', { stdio: 'ignore' });
    await once(gone, 'exit');
    const file = openSync('/proc/self/status', 'r');
    const cases: readonly (readonly [NamespaceReference, string])[] = [
      [{ pid: gone.pid ?? 0 }, 'ESRCH'],
      [{ path: '/proc/self/ns/mnt' }, 'EINVAL'],
      [{ path: '/run' }, 'EINVAL'],
      [{ path: '/run/nowhere/at/all' }, 'ENOENT'],
      [{ fd: file }, 'EINVAL'],
      [{ fd: 99_999 }, 'EBADF'],
    ];
    for (const [reference, code] of cases) {
      const failure = { name: 'NetlinkError', code, operation: 'namespace.open' };
      expect(await rejection(Namespace.open(reference)), JSON.stringify(reference)).toMatchObject(failure);
      expect(thrown(() => Namespace.openSync(reference))).toMatchObject(failure);
    }
    closeSync(file);
  });
});

describe('an anonymous namespace', () => {
  it('has no name, and lives as long as its handle', async () => {
    const before = readdirSync('/run/netns');
    const ns = await Namespace.create();
    const sync = Namespace.createSync();
    expect(readdirSync('/run/netns')).toEqual(before);
    expect([ns.name, sync.name]).toEqual([undefined, undefined]);
    expect(new Set([ns.inode, sync.inode, ownInode()]).size).toBe(3);
    const child = ns.spawn('readlink', ['/proc/self/ns/net'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    expect(text.toString().trim()).toBe(`net:[${ns.inode}]`);
    await once(child, 'close');
    ns.close();
    sync.close();
  });
});

describe('a handle that was closed', () => {
  it('refuses everything, is closed again without harm, and removes nothing', async () => {
    const host = createHost();
    const ns = await Namespace.open(host.name);
    const pending = ns.links.list();
    ns.close();
    ns[Symbol.dispose]();
    expect(ns.closed).toBe(true);
    expect(await pending).toHaveLength(1); // what was asked before is answered
    const refused = { name: 'TypeError', message: 'the namespace was closed' };
    expect(await rejection(ns.links.list())).toMatchObject(refused);
    expect(await rejection(ns.sysctl.get('net.ipv4.ip_forward'))).toMatchObject(refused);
    expect(await rejection(ns.ping('127.0.0.1'))).toMatchObject(refused);
    expect(thrown(() => ns.links.listSync())).toMatchObject(refused);
    expect(thrown(() => ns.spawn('true'))).toMatchObject(refused);
    expect(existsSync(host.path)).toBe(true);
  });
});

describe('the process', () => {
  it('stays where it is, with every thread, whatever is done elsewhere', async () => {
    const own = ownInode();
    const namespaces = await Promise.all(Array.from({ length: 8 }, () => Namespace.create()));
    const work = namespaces.flatMap((ns) => [
      ns.sysctl.set('net.ipv4.ip_forward', 0),
      ns.links.list(),
      Namespace.open({ pid: process.pid }).then((opened) => opened.close()),
      ns.ping('127.0.0.1', { timeoutMs: 50 }).catch(() => undefined),
    ]);
    for (const ns of namespaces) ns.sysctl.setSync('net.ipv4.ip_forward', 1);
    expect(thrown(() => namespaces[0]?.spawn(''))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
    await Promise.all(work);
    const current = await Namespace.current();
    const currentSync = Namespace.currentSync();
    expect([current.inode, currentSync.inode]).toEqual([own, own]);
    expect(threadInodes()).toEqual(new Set([own]));
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(`net:[${own}]`);
    for (const ns of [...namespaces, current, currentSync]) ns.close();
  });

  it('says in an event that a program is missing', async () => {
    const ns = await Namespace.create();
    const [error] = (await once(ns.spawn('/no/such/program'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ENOENT');
    expect(attempt('true', []).status).toBe(0);
    ns.close();
  });
});
