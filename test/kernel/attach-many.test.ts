// Many at once: from one process and from two, until the subnet is full, until the bridge is.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();

const unique = (values: readonly unknown[]) => new Set(values).size;

describe('attaches at once', () => {
  it('64 have addresses of their own, all of them answer, and all go', async () => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const names = Array.from({ length: 64 }, (_, i) => namespaceName(`c${i}`));
    const endpoints = await Promise.all(names.map((name) => network.attach(name)));
    expect(unique(endpoints.flatMap(({ addresses }) => addresses))).toBe(64);
    expect(unique(endpoints.map(({ mac }) => mac))).toBe(64);
    expect(stage.host.links().filter(({ master }) => master === 'br0')).toHaveLength(64);
    for (const { name, addresses } of endpoints.filter((_, i) => i % 9 === 0))
      expect(new Host(name).addressesOf('eth0')).toEqual(addresses);
    const answers = await Promise.all(
      endpoints.map(({ addresses }) => stage.ns.ping(addresses[0]?.split('/')[0] ?? '', { timeoutMs: 5000 })),
    );
    expect(unique(answers.map(({ from }) => from))).toBe(64);
    await Promise.all(names.map((name) => network.detach(name, { wait: true })));
    expect(everything(stage.host)).toEqual(before);
  });

  it('from handles that know nothing of each other no address is given twice', async () => {
    await stage.ensure();
    const handles = await Promise.all(Array.from({ length: 4 }, () => stage.open()));
    const endpoints = await Promise.all(
      handles.flatMap((network, h) =>
        Array.from({ length: 12 }, (_, i) => network.attach(namespaceName(`c${h}-${i}`))),
      ),
    );
    expect(unique(endpoints.flatMap(({ addresses }) => addresses))).toBe(48);
  });

  it('of one container make it once', async () => {
    const handles = [await stage.ensure(), await stage.open(), await stage.open()];
    const name = namespaceName('c1');
    const results = await Promise.allSettled(
      handles.flatMap((network) => [network.attach(name), network.attach(name)]),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ECONTAINERTAKEN' });
    const [container] = (await handles[0]?.list()) ?? [];
    expect(new Host(name).addressesOf('eth0')).toEqual(container?.addresses);
    expect(stage.host.links().filter(({ master }) => master === 'br0')).toHaveLength(1);
  });

  it('beside detaches keep every claim true', async () => {
    const network = await stage.ensure({ subnets: ['172.16.0.0/28'] });
    const names = Array.from({ length: 12 }, (_, i) => namespaceName(`c${i}`));
    const churn = async (name: string) => {
      for (let round = 0; round < 4; round++) {
        await network.attach(name);
        await network.detach(name, { wait: round === 3 });
      }
    };
    await Promise.all(names.map(churn));
    expect(await network.list()).toEqual([]);
    expect(stage.host.links().map(({ ifname }) => ifname)).toEqual(['lo', 'br0']);
  });
});

describe('attachMany and detachMany', () => {
  it('do all, tell how far they are, and fail one by one', async () => {
    const network = await stage.ensure();
    const names = Array.from({ length: 40 }, (_, i) => namespaceName(`m${i}`));
    const taken = names[7] ?? '';
    await network.attach(taken);
    const told: string[] = [];
    const results = await network.attachMany(
      [...names.slice(0, 39), { container: names[39] ?? '', address: '172.16.0.200' }],
      { onProgress: ({ container, done, total }) => told.push(`${done} of ${total}: ${container}`) },
    );
    expect(results.map(({ container }) => container)).toEqual(names);
    expect(results.filter(({ error }) => error !== undefined)).toEqual([
      { container: taken, error: expect.objectContaining({ code: 'ECONTAINERTAKEN' }) },
    ]);
    const made = results.flatMap((result) => ('value' in result ? [result.value] : []));
    expect(unique(made.flatMap(({ addresses }) => addresses))).toBe(39);
    expect(made.at(-1)?.addresses).toEqual(['172.16.0.200/24']);
    expect(told).toHaveLength(40);
    expect(told.at(-1)).toMatch(/^40 of 40: /);
    const [first, last] = [made[0], made.at(-1)].map((one) => one?.addresses[0]?.split('/')[0] ?? '');
    const inside = stage.keep(await Namespace.open(names[0] ?? ''));
    expect(await inside.ping(last ?? '', { timeoutMs: 5000 })).toMatchObject({ from: last });
    expect(first).not.toBe(last);
    const gone = await network.detachMany([...names, namespaceName('never')]);
    expect(gone.filter(({ error }) => error !== undefined)).toEqual([
      expect.objectContaining({ error: expect.objectContaining({ code: 'ENOCONTAINER' }) }),
    ]);
    expect(await network.list()).toEqual([]);
  });

  it('stop at a signal, and leave nothing half made', async () => {
    const network = await stage.ensure();
    const names = Array.from({ length: 60 }, (_, i) => namespaceName(`s${i}`));
    const controller = new AbortController();
    const results = await network.attachMany(names, {
      signal: controller.signal,
      onProgress: ({ done }) => done === 10 && controller.abort(),
    });
    const made = results.filter((result) => 'value' in result).map(({ container }) => container);
    expect(made.length).toBeGreaterThanOrEqual(10);
    expect(made.length).toBeLessThan(60);
    for (const result of results)
      if (!('value' in result)) expect(result.error).toMatchObject({ name: 'AbortError' });
    expect((await network.list()).map(({ name }) => name).sort()).toEqual([...made].sort());
    for (const name of names) expect(existsSync(`/run/netns/${name}`)).toBe(made.includes(name));
  });

  it('refuse a wrong argument of any before the first is attached', async () => {
    const network = await stage.ensure();
    const names = [namespaceName('good'), 'a b'];
    expect(await rejection(network.attachMany(names))).toBeInstanceOf(RangeError);
    expect(await rejection(network.attachMany([{ container: 'a', mtu: 1 }]))).toBeInstanceOf(RangeError);
    expect(await network.list()).toEqual([]);
  });
});

describe('a subnet', () => {
  it.each([
    ['/30', 1],
    ['/29', 5],
  ] as const)('of %s takes %i containers, and one more when one has gone', async (length, room) => {
    const network = await stage.ensure({ subnets: [`172.16.0.0${length}`] });
    const names = Array.from({ length: room }, (_, i) => namespaceName(`c${i}`));
    const taken = namespaceName('taken');
    expect(await rejection(network.attach(taken, { namespace: { path: '/no/such/file' } }))).toMatchObject({
      code: 'ENOENT',
    });
    for (const name of names) await network.attach(name); // the failed one lost no address
    const before = everything(stage.host);
    const extra = namespaceName('extra');
    for (const handle of [network, await stage.open()])
      expect(await rejection(handle.attach(extra))).toMatchObject({
        name: 'NetworkError',
        code: 'ESUBNETFULL',
      });
    expect(everything(stage.host)).toEqual(before);
    const other = await stage.open();
    await other.detach(names[0] ?? '');
    const { addresses } = await network.attach(extra); // though it knows nothing of that
    await other.detach(extra);
    const address = addresses[0]?.split('/')[0] ?? '';
    expect((await network.attach(extra, { address })).addresses).toEqual(addresses); // nor of this
  });
});

describe('a bridge', () => {
  it('takes 1,023 ports, and then says that it is full', async () => {
    const network = await stage.ensure({ subnets: ['172.16.0.0/16'] });
    // 512 pairs with both ends on the bridge but for one end: 1,023 ports.
    const batch = Array.from(
      { length: 512 },
      (_, i) => `link add name p${i} master br0 type veth peer name q${i}`,
    );
    const peers = Array.from({ length: 511 }, (_, i) => `link set dev q${i} master br0`);
    stage.host.run('sh', '-c', `printf '%s\\n' "$1" | ip -batch -`, 'sh', [...batch, ...peers].join('\n'));
    expect(stage.host.links().filter(({ master }) => master === 'br0')).toHaveLength(1023);
    const name = namespaceName('c1');
    expect(await rejection(network.attach(name))).toMatchObject({
      name: 'NetworkError',
      code: 'EBRIDGEFULL',
      message: expect.stringContaining('1,023'),
    });
    expect(stage.host.links()).toHaveLength(2 + 1024);
    stage.host.run('ip', 'link', 'del', 'p511');
    stage.host.run('ip', 'link', 'set', 'q510', 'nomaster');
    expect((await network.attach(name)).addresses).toHaveLength(1);
  });
});
