// What attach refuses, and that nothing is left of what it had begun, whatever step fails.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import type { AttachOptions } from '../../src/network/options.js';
import { command } from '../support/command.js';
import { createHost, type Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();

/** A process of the host. */
function sleeper(): { readonly pid: number | undefined; close(): void } {
  const child = spawn('nsenter', [`--net=${stage.host.path}`, 'sleep', '60'], { stdio: 'ignore' });
  while (readlinkSync(`/proc/${child.pid}/ns/net`) === readlinkSync('/proc/self/ns/net'))
    execFileSync('sleep', ['0.01']);
  return { pid: child.pid, close: () => child.kill('SIGKILL') };
}

describe('an attach that cannot be', () => {
  it('is refused when the address is taken, by whichever process', async () => {
    const [one, other] = [await stage.ensure(), await stage.open()];
    await one.attach(namespaceName('c1'), { address: '172.16.0.5' });
    const name = namespaceName('c2');
    const before = everything(stage.host);
    for (const network of [one, other])
      expect(await rejection(network.attach(name, { address: '172.16.0.5' }))).toMatchObject({
        name: 'NetworkError',
        code: 'EADDRTAKEN',
        message: expect.stringContaining('172.16.0.5'),
      });
    expect(everything(stage.host)).toEqual(before);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it('is refused when the container is attached, and that one stays', async () => {
    const [one, other] = [await stage.ensure(), await stage.open()];
    const name = namespaceName('c1');
    await one.attach(name);
    const before = everything(stage.host);
    for (const network of [one, other])
      expect(await rejection(network.attach(name))).toMatchObject({
        code: 'ECONTAINERTAKEN',
        message: expect.stringContaining(name),
      });
    const elsewhere = createHost('elsewhere');
    expect(await rejection(one.attach(name, { namespace: elsewhere.name }))).toMatchObject({
      code: 'ECONTAINERTAKEN',
    });
    expect(everything(stage.host)).toEqual(before);
    expect(elsewhere.link('eth0')).toBeUndefined();
  });

  it.each<[string, () => AttachOptions['namespace'], boolean]>([
    ['its handle', () => stage.ns, false],
    ['another handle on it', () => stage.keep(Namespace.openSync(stage.host.name)), false],
    ['its name', () => stage.host.name, false],
    ['its path', () => ({ path: stage.host.path }), false],
    ['a process in it', () => ({ pid: Number(stage.keep(sleeper()).pid) }), false],
    ['its name as the container’s', () => undefined, true],
  ])('is refused into the host’s own namespace, by %s', async (_how, namespace, byName) => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const container = byName ? stage.host.name : namespaceName('c1');
    const options = byName ? {} : { namespace: namespace() };
    expect(await rejection(network.attach(container, options as AttachOptions))).toMatchObject({
      name: 'NetworkError',
      code: 'EHOSTNAMESPACE',
      message: expect.stringContaining(container),
    });
    expect(await network.attachMany([{ container, ...options } as never])).toMatchObject([
      { error: { code: 'EHOSTNAMESPACE' } },
    ]);
    expect(everything(stage.host)).toEqual(before);
  });

  it.each<[string, unknown, RegExp]>([
    ['an address outside the subnet', { address: '172.16.1.2' }, /address/],
    ['the network address', { address: '172.16.0.0' }, /address/],
    ['the broadcast address', { address: '172.16.0.255' }, /address/],
    ['the gateway', { address: '172.16.0.1' }, /address.*gateway/],
    ['an address with a prefix', { address: '172.16.0.2/24' }, /address/],
    ['an IPv6 address', { address: 'fd00::2' }, /address/],
    ['no address', { address: '' }, /address/],
    ['a multicast MAC', { mac: '01:00:00:00:00:01' }, /mac/],
    ['a MAC of five bytes', { mac: '02:00:00:00:00' }, /mac/],
    ['an mtu of 67', { mtu: 67 }, /mtu/],
    ['an mtu of text', { mtu: '1500' }, /mtu/],
    ['an interface name of 16 bytes', { interfaceName: 'x'.repeat(16) }, /interfaceName/],
    ['an interface name with a slash', { interfaceName: 'a/b' }, /interfaceName/],
    ['lo', { interfaceName: 'lo' }, /interfaceName/],
    ['a namespace that is none', { namespace: { pid: -1 } }, /namespace/],
    ['a namespace name that leads elsewhere', { namespace: '../x' }, /namespace/],
    ['an unknown option', { adress: '172.16.0.2' }, /adress/],
    ['an inherited option', Object.create({ address: '172.16.0.2' }), /./],
    ['a signal that is none', { signal: {} }, /signal/],
    ['options that are none', 5, /options|attach/],
  ])('is refused for %s, before any system call', async (_what, options, message) => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const error = await rejection(network.attach('c1', options as AttachOptions));
    expect(String(error)).toMatch(/^(TypeError|RangeError)/);
    expect((error as Error).message).toMatch(message);
    expect(everything(stage.host)).toEqual(before);
    expect(existsSync('/run/netns/c1')).toBe(false);
  });

  it.each(['', '../x', 'a/b', 'a b', 'a:b', '-n', '.', 'a\0', 'x'.repeat(101)])(
    'is refused for the container %j',
    async (name) => {
      const network = await stage.ensure();
      for (const act of [() => network.attach(name), () => network.detach(name)])
        expect(String(await rejection(act()))).toMatch(/^(TypeError|RangeError): .*container/);
    },
  );
});

describe('an attach that fails on the way leaves nothing', () => {
  it.each(['an ordinary file', 'a directory', 'a symlink to a namespace', 'a FIFO'])(
    'at the namespace, where %s stands',
    async (what) => {
      const network = await stage.ensure();
      const name = namespaceName('c1');
      const path = `/run/netns/${name}`;
      if (what === 'an ordinary file') writeFileSync(path, '');
      else if (what === 'a directory') mkdirSync(path);
      else if (what === 'a FIFO') command('mkfifo', [path]);
      else symlinkSync(stage.host.path, path);
      const before = everything(stage.host);
      try {
        expect(await rejection(network.attach(name))).toMatchObject({
          name: 'NetlinkError',
          code: 'EINVAL',
          message: expect.stringContaining('not a network namespace'),
        });
        expect(everything(stage.host)).toEqual(before);
      } finally {
        rmSync(path, { recursive: true });
      }
      expect((await network.attach(name)).addresses).toHaveLength(1); // nothing stands in the way any more
    },
  );

  async function failsInside(inside: Host, options: AttachOptions, expected: object): Promise<void> {
    const network = await stage.ensure();
    const before = [everything(stage.host), everything(inside)];
    const error = await rejection(network.attach('c1', { namespace: inside.name, ...options }));
    expect(error).toMatchObject(expected);
    expect([everything(stage.host), everything(inside)]).toEqual(before);
  }

  it('at the pair, when a namespace found by the container’s name has such an interface', async () => {
    const inside = createHost('inside');
    inside.run('ip', 'link', 'add', 'eth0', 'type', 'bridge');
    const network = await stage.ensure();
    const before = [everything(stage.host), everything(inside)];
    expect(await rejection(network.attach(inside.name))).toMatchObject({
      code: 'EINTERFACETAKEN',
      message: `container ${inside.name} has an interface eth0 already`,
    });
    expect([everything(stage.host), everything(inside)]).toEqual(before);
  });

  it('at the pair, when the namespace has such an interface', async () => {
    const inside = createHost('inside');
    inside.run('ip', 'link', 'add', 'eth0', 'type', 'bridge');
    await failsInside(
      inside,
      {},
      { name: 'NetworkError', code: 'EINTERFACETAKEN', message: expect.stringContaining('eth0') },
    );
  });

  it('at the pair, when the bridge is gone', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    stage.host.run('ip', 'link', 'del', 'br0');
    const before = everything(stage.host);
    expect(await rejection(network.attach(name))).toMatchObject({
      code: 'ENONETWORK',
    });
    expect(everything(stage.host)).toEqual(before);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it.each(['np1:br0:172.16.0.5', 'np1:br0:c:c1'])(
    'at the claim %s, when another link has it',
    async (claim) => {
      const inside = createHost('inside');
      stage.host.run('ip', 'link', 'add', 'foreign', 'type', 'bridge');
      stage.host.run('ip', 'link', 'property', 'add', 'dev', 'foreign', 'altname', claim);
      await failsInside(
        inside,
        { address: '172.16.0.5' },
        { name: 'NetworkError', code: expect.stringMatching(/TAKEN$/) },
      );
    },
  );
});
