// Two processes, and calls that cross each other: no address twice, no name lost, nothing left of who gave up.
import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import type { JobEvent } from '../../src/job.js';
import { lockPath } from '../../src/network/formats/lock.js';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();

/** Attaches containers from a process of its own, all at once, when told to go; prints their addresses. */
function attachElsewhere(names: readonly string[]) {
  const program = `import { Namespace, Network } from 'netplumb';
    const host = await Namespace.open('${stage.host.name}');
    const network = await Network.open('br0', { host });
    process.stdout.write('\\n');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    const made = await Promise.all(${JSON.stringify(names)}.map((name) => network.attach(name)));
    console.log(JSON.stringify(made.map(({ addresses }) => addresses[0])));
    await network.close();
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = once(child.stdout, 'readable');
  return {
    ready,
    go: () => child.stdin.write('go\n'),
    output: text(child.stdout),
    ended: once(child, 'exit'),
  };
}

describe('two processes', () => {
  it('never have the same address: who comes second takes another', async () => {
    const network = await stage.ensure();
    const names = (label: string) => Array.from({ length: 25 }, (_, i) => namespaceName(`${label}${i}`));
    const children = [attachElsewhere(names('a')), attachElsewhere(names('b'))];
    await Promise.all(children.map(({ ready }) => ready));
    for (const { go } of children) go();
    const outputs = await Promise.all(children.map(({ output }) => output));
    await Promise.all(children.map(({ ended }) => ended));
    const addresses = outputs.flatMap((output) => JSON.parse(output) as string[]);
    expect(addresses).toHaveLength(50);
    expect(new Set(addresses).size).toBe(50);
    const listed = await network.list();
    expect(listed.flatMap((container) => container.addresses).sort()).toEqual([...addresses].sort());
    for (const { name, addresses: wanted } of listed.slice(0, 5))
      expect(new Host(name).addressesOf('eth0')).toEqual(wanted);
  });
});

it('asks what others have when it meets them, instead of trying each of their addresses', async () => {
  const [one, late] = [await stage.ensure(), await stage.open()];
  for (let i = 0; i < 20; i++) await one.attach(namespaceName(`one${i}`));
  const codes: (string | undefined)[] = [];
  const note = (event: unknown) => codes.push((event as JobEvent).code);
  subscribe('netplumb:job', note);
  try {
    await late.attach(namespaceName('late'));
  } finally {
    unsubscribe('netplumb:job', note);
  }
  expect(codes.filter((code) => code === 'EEXIST')).toHaveLength(1);
  expect(codes.at(-1)).toBeUndefined();
});

describe('attach and detach of one container at once', () => {
  it('leave a container with its namespace, or none', async () => {
    const [one, other] = [await stage.ensure(), await stage.open()];
    for (let round = 0; round < 15; round++) {
      const name = namespaceName(`c${round}`);
      await one.attach(name);
      const [, attached] = await Promise.allSettled([one.detach(name), other.attach(name)]);
      const standing = (await one.list()).filter((container) => container.name === name);
      if (attached?.status === 'rejected') expect(attached.reason).toMatchObject({ code: 'ECONTAINERTAKEN' });
      else expect(new Host(name).addressesOf('eth0')).toEqual(attached?.value.addresses);
      expect(standing).toHaveLength(attached?.status === 'fulfilled' ? 1 : 0);
      expect(existsSync(`/run/netns/${name}`)).toBe(attached?.status === 'fulfilled');
    }
  });
});

describe('an attach that is given up', () => {
  it('before it began does nothing', async () => {
    const network = await stage.ensure();
    const name = namespaceName('c1');
    const before = everything(stage.host);
    expect(await rejection(network.attach(name, { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
    expect(everything(stage.host)).toEqual(before);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it('at any moment leaves all or nothing', async () => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    for (let round = 0; round < 20; round++) {
      const name = namespaceName(`c${round}`);
      const controller = new AbortController();
      const attaching = network.attach(name, { signal: controller.signal });
      setTimeout(() => controller.abort(), round / 8);
      const [{ status }] = await Promise.allSettled([attaching]);
      expect(existsSync(`/run/netns/${name}`)).toBe(status === 'fulfilled');
      if (status === 'fulfilled') await network.detach(name, { wait: true });
    }
    expect(everything(stage.host)).toEqual(before);
  });

  it('while somebody holds the lock does not wait for the lock', async () => {
    const network = await stage.ensure();
    const held = await binding.tryLock(lockPath(stage.ns.inode), true);
    if (held.failure !== undefined || held.value === undefined) throw new Error('the lock was not free');
    try {
      const before = everything(stage.host);
      const name = namespaceName('c1');
      const started = performance.now();
      expect(await rejection(network.attach(name, { signal: AbortSignal.timeout(100) }))).toMatchObject({
        name: 'TimeoutError',
      });
      expect(performance.now() - started).toBeLessThan(1000);
      expect(everything(stage.host)).toEqual(before);
      const waiting = network.attach(name);
      setTimeout(() => binding.unlock(held.value as never, false), 50);
      expect((await waiting).addresses).toHaveLength(1);
    } finally {
      binding.unlock(held.value, false);
    }
  });
});
