// ICMP echo from the addon: answers, the ways of getting none, and what else goes on meanwhile.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { networkStage } from './network-stage.js';
import { rejection } from './surroundings.js';

const stage = networkStage();

let ns: Namespace;
beforeEach(() => {
  ns = stage.ns;
  stage.host.run('ip', 'link', 'add', 'br0', 'up', 'type', 'bridge');
  stage.host.run(
    'ip',
    'link',
    'add',
    'veth0',
    'up',
    'master',
    'br0',
    'type',
    'veth',
    'peer',
    'name',
    'veth1',
  ); // for a carrier
  stage.host.run('ip', 'link', 'set', 'veth1', 'up');
  stage.host.run('ip', 'address', 'add', '172.16.0.1/24', 'dev', 'br0');
});

/** Packets to it go into nothing, and nobody says so. */
function makeSilent(address: string): void {
  stage.host.run('ip', 'neighbour', 'add', address, 'lladdr', '02:00:00:00:00:99', 'dev', 'br0');
}

describe('ping', () => {
  it('resolves with who answered, how long it took and the ttl', async () => {
    const reply = await ns.ping('172.16.0.1');
    expect(reply).toEqual({ from: '172.16.0.1', rttUs: expect.any(Number), ttl: 64 });
    expect(reply.rttUs).toBeGreaterThan(0);
    expect(reply.rttUs).toBeLessThan(1_000_000);
    expect(await ns.ping('127.0.0.1', { sequence: 65_535, timeoutMs: 60_000 })).toMatchObject({
      from: '127.0.0.1',
    });
  });

  it('rejects with ETIMEDOUT after the time given', async () => {
    makeSilent('172.16.0.9');
    const started = performance.now();
    expect(await rejection(ns.ping('172.16.0.9', { timeoutMs: 200 }))).toMatchObject({
      name: 'NetlinkError',
      code: 'ETIMEDOUT',
      target: '172.16.0.9',
    });
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(190);
    expect(took).toBeLessThan(1000);
  });

  it('rejects with ENETUNREACH without a route', async () => {
    expect(await rejection(ns.ping('1.1.1.1'))).toMatchObject({ code: 'ENETUNREACH', target: '1.1.1.1' });
  });

  it('rejects with EHOSTUNREACH when the route or a router says so', async () => {
    stage.host.run('ip', 'route', 'add', 'unreachable', '10.0.0.0/8');
    expect(await rejection(ns.ping('10.0.0.1'))).toMatchObject({ code: 'EHOSTUNREACH' });
    expect(await rejection(ns.ping('172.16.0.77', { timeoutMs: 10_000 }))).toMatchObject({
      code: 'EHOSTUNREACH',
    }); // nobody has that address
  });

  it.each<[string, unknown, unknown]>([
    ['a name', 'localhost', {}],
    ['IPv6', '::1', {}],
    ['a number', 5, {}],
    ['an option that is none', '127.0.0.1', { timeout: 5 }],
    ['no time', '127.0.0.1', { timeoutMs: 0 }],
    ['time without end', '127.0.0.1', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['time as text', '127.0.0.1', { timeoutMs: '5' }],
    ['a sequence beyond its two bytes', '127.0.0.1', { sequence: 65_536 }],
  ])('rejects %s before anything is sent', async (_what, address, options) => {
    expect(String(await rejection(ns.ping(address as string, options as object)))).toMatch(
      /^(TypeError|RangeError): ping: (address|timeoutMs|sequence|unknown option "timeout")[:;] /,
    );
  });
});

describe('a pending ping', () => {
  it('keeps nothing else waiting, however many there are', async () => {
    makeSilent('172.16.0.9');
    const pings = Array.from({ length: 32 }, () =>
      ns.ping('172.16.0.9', { timeoutMs: 3000 }).catch((error) => error.code),
    );
    const started = performance.now();
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 8 }, () => ns.links.list()));
    expect(performance.now() - started).toBeLessThan(1500);
    expect(await ns.ping('172.16.0.1')).toMatchObject({ from: '172.16.0.1' });
    expect(new Set(await Promise.all(pings))).toEqual(new Set(['ETIMEDOUT']));
  });

  it('that ends while other work is queued takes nobody with it', async () => {
    for (let round = 0; round < 5; round++) {
      const pings = Array.from({ length: 24 }, () => ns.ping('172.16.0.1'));
      await Promise.all([...pings, ...Array.from({ length: 200 }, () => Namespace.list())]);
    }
  });

  it('ends with the worker thread that waits for it', async () => {
    makeSilent('172.16.0.9');
    const text = `import('${new URL('../../dist/index.js', import.meta.url)}').then(async ({ Namespace }) => {
      const host = await Namespace.open('${stage.host.name}');
      host.ping('172.16.0.9', { timeoutMs: 60_000 });
      require('node:worker_threads').parentPort.postMessage('pinging');
    })`;
    const worker = new Worker(text, { eval: true });
    await once(worker, 'message');
    const started = performance.now();
    await worker.terminate();
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('answers each caller its own', async () => {
    stage.host.run('ip', 'address', 'add', '172.16.0.2/24', 'dev', 'br0');
    const wanted = Array.from({ length: 30 }, (_, i) => `172.16.0.${1 + (i % 2)}`);
    const replies = await Promise.all(wanted.map((address, sequence) => ns.ping(address, { sequence })));
    expect(replies.map(({ from }) => from)).toEqual(wanted);
  });
});
