// Garbage collection: what nobody claims goes, what crashes and others' hands left goes, and nothing else.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import { netplumb } from '../support/cli-stage.js';
import { command } from '../support/command.js';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();

const named = (name: string) => existsSync(`/run/netns/${name}`);

describe('gc', () => {
  it('removes the containers that nobody claims, and leaves those that are kept', async () => {
    const network = await stage.ensure();
    const [kept, ...others] = ['c1', 'c2', 'c3'].map(namespaceName) as [string, string, string];
    for (const name of [kept, ...others]) await network.attach(name);
    const report = await network.gc({ keep: [kept, 'never-there'] });
    expect([...report.containers].sort()).toEqual([...others].sort());
    expect([...report.namespaces].sort()).toEqual([...others].sort());
    expect((await network.list()).map(({ name }) => name)).toEqual([kept]);
    expect(new Host(kept).canPing('172.16.0.1')).toBe(true);
    expect(others.map(named)).toEqual([false, false]);
    expect((await network.attach(namespaceName('c4'))).addresses).toEqual(['172.16.0.5/24']);
  });

  it('leaves a namespace that was brought, and its other links', async () => {
    const network = await stage.ensure();
    const name = namespaceName('brought');
    command('ip', ['netns', 'add', name]);
    command('ip', ['-n', name, 'link', 'add', 'other', 'type', 'bridge']);
    await network.attach(name);
    expect(await network.gc({ keep: [] })).toMatchObject({ containers: [name], namespaces: [] });
    expect(new Host(name).links().map(({ ifname }) => ifname)).toEqual(['lo', 'other']);
  });

  it('takes an attach that ended half way, even of a container that is kept', async () => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const [half, bare] = [namespaceName('half'), namespaceName('bare')];
    for (const name of [half, bare]) command('ip', ['netns', 'add', name]);
    // What the first send makes, without the second; and without its own second message.
    const pair = (name: string, inside: string) =>
      stage.host.run(
        'ip',
        'link',
        'add',
        name,
        'master',
        'br0',
        'up',
        'type',
        'veth',
        'peer',
        'name',
        'eth0',
        'netns',
        inside,
      );
    pair('npaaaaaaaaaaaa', half);
    const label = `netplumb/1 network=br0 container=${half} addresses=172.16.0.2/24 mac=02:00:00:00:00:01 if=eth0 netns=brought`;
    stage.host.run('ip', 'link', 'set', 'npaaaaaaaaaaaa', 'alias', label);
    stage.host.run('ip', 'link', 'property', 'add', 'dev', 'npaaaaaaaaaaaa', 'altname', `np1:br0:c:${half}`);
    pair('npbbbbbbbbbbbb', bare);
    expect(await network.gc({ keep: [half] })).toMatchObject({ containers: [half], links: 1 });
    expect(everything(stage.host)).toEqual(before);
    await network.attach(half);
    expect(new Host(half).canPing('172.16.0.1')).toBe(true);
  });

  it('is not needed for a container whose removal was killed between unmounting its name and removing it', async () => {
    await stage.ensure();
    const name = namespaceName('unmounted');
    // By another process: this one's threads may hold the namespace.
    expect(await netplumb('attach', 'br0', name, '--host', stage.host.name)).toMatchObject({ exitCode: 0 });
    writeFileSync(`/run/netplumb/${name}.removing`, '');
    command('umount', [`/run/netns/${name}`]);
    const again = await stage.ensure();
    expect(await again.list()).toEqual([]);
    await again.attach(name);
    expect(new Host(name).canPing('172.16.0.1')).toBe(true);
  });

  it('removes by their claims links whose label somebody spoilt, and leaves ports that are not ours', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const { hostLink } = await network.attach(name);
    stage.host.run('ip', 'link', 'set', hostLink, 'alias', 'netplumb/1 network=br0 container=');
    stage.host.run('ip', 'link', 'add', 'theirs', 'master', 'br0', 'type', 'veth', 'peer', 'name', 'theirs2');
    stage.host.run('ip', 'link', 'add', 'npcccccccccccc', 'type', 'veth', 'peer', 'name', 'theirs3');
    expect(await rejection(network.detach(name))).toMatchObject({ code: 'ENOTOURS' });
    expect(await network.gc({ keep: [] })).toMatchObject({ containers: [], links: 1 });
    expect(stage.host.link(hostLink)).toBeUndefined();
    expect(
      stage.host
        .links()
        .map(({ ifname }) => ifname)
        .sort(),
    ).toEqual(['br0', 'lo', 'npcccccccccccc', 'theirs', 'theirs2', 'theirs3'].sort());
    command('ip', ['netns', 'del', name]);
  });

  it('collects the links of a process that ended before they were deleted', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const { hostLink } = await network.attach(name);
    const held = stage.keep(await Namespace.open(name));
    // As a detach leaves it, in the range of groups that is netplumb's.
    stage.host.run('ip', 'link', 'set', hostLink, 'down', 'nomaster', 'group', String(0x4e50_1234));
    command('ip', ['netns', 'del', name]);
    expect(await network.gc({ keep: [name] })).toMatchObject({ containers: [], links: 1 });
    expect(stage.host.link(hostLink)).toBeUndefined();
    expect(held.closed).toBe(false);
  });

  it('removes rules of networks that are gone, and no others', async () => {
    const [network, gone] = [
      await stage.ensure({ nat: 'iptables' }),
      await stage.ensure({ name: 'br1', subnets: ['172.17.0.0/24'], nat: 'iptables' }),
    ];
    stage.host.run('iptables', '-A', 'FORWARD', '-s', '198.51.100.1', '-j', 'DROP');
    const withBoth = stage.host.iptables();
    stage.host.run('ip', 'link', 'del', 'br1');
    expect(await network.gc({ keep: [] })).toMatchObject({ networks: ['br1'] });
    expect(stage.host.iptables()).toEqual(withBoth.filter((line) => !/br1|172\.17/.test(line)));
    await gone.close();
  });

  it('removes files that killed processes left below /run/netns, and nothing that is somebody’s', async () => {
    const network = await stage.ensure();
    const [theirs, bare] = [namespaceName('theirs'), namespaceName('bare')];
    writeFileSync(`/run/netns/${theirs}`, '', { mode: 0 });
    writeFileSync(`/run/netns/${bare}`, '');
    command('chmod', ['1000', `/run/netns/${bare}`]);
    try {
      expect(await network.gc({ keep: [] })).toMatchObject({ namespaces: [bare] });
      expect([named(theirs), named(bare)]).toEqual([true, false]);
    } finally {
      command('rm', ['-f', `/run/netns/${theirs}`]);
    }
  });

  it('takes over such a file when a container of that name is attached', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    writeFileSync(`/run/netns/${name}`, '');
    command('chmod', ['1000', `/run/netns/${name}`]);
    await network.attach(name);
    expect(new Host(name).canPing('172.16.0.1')).toBe(true);
  });

  it('demands to be told what to keep', async () => {
    const network = await stage.ensure();
    expect(await rejection(network.gc({} as never))).toBeInstanceOf(TypeError);
    expect(await rejection(network.gc({ keep: ['a/b'] }))).toBeInstanceOf(RangeError);
  });
});

describe('a network whose bridge somebody deleted', () => {
  it('is removed all the same: rules, links, names', async () => {
    const before = everything(stage.host);
    const network = await stage.ensure({ nat: 'iptables' });
    const name = namespaceName('c1');
    await network.attach(name);
    stage.host.run('ip', 'link', 'del', 'br0');
    expect(await Network.remove('br0', { host: stage.ns })).toMatchObject({ namespaces: [name] });
    expect({ ...everything(stage.host), forwarding: '0' }).toEqual({ ...before, forwarding: '0' });
    expect(readdirSync('/run/netplumb')).not.toContain(`${stage.ns.inode}.lock`);
    expect(await rejection(Network.remove('br0', { host: stage.ns }))).toMatchObject({ code: 'ENONETWORK' });
  });

  it('loses by gc what nobody keeps', async () => {
    const network = await stage.ensure();
    const names = [namespaceName('c1'), namespaceName('c2')] as const;
    for (const name of names) await network.attach(name);
    stage.host.run('ip', 'link', 'del', 'br0');
    const report = await Network.gc('br0', { keep: [names[0]], host: stage.ns });
    expect(report).toMatchObject({ containers: [names[1]], namespaces: [names[1]] });
    expect(names.map(named)).toEqual([true, false]);
  });
});
