// Monitors: what `ip` does on a host, as events; and what is true after a loss, read back through `ip -j`.
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Monitor, MonitorEvent, MonitorGroup } from '../../src/monitor.js';
import { Namespace } from '../../src/namespace.js';
import { command } from '../support/command.js';
import { createHost, type Host } from '../support/host.js';
import { namespaceName, rejection, removeNamedAfterEach } from './surroundings.js';

removeNamedAfterEach();

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

type Told = { readonly object: string; readonly change: string; readonly value?: unknown };

/** Events until one matches, that one included. */
async function until(monitor: Monitor, what: object): Promise<Told[]> {
  const told: Told[] = [];
  for (;;) {
    const { value, done } = await monitor.next();
    if (done === true) throw new Error(`it ended after ${JSON.stringify(told.map(brief))}`);
    told.push(value);
    try {
      expect(value).toMatchObject(what);
      return told;
    } catch {}
  }
}

function brief({ object, change, value }: Told): string {
  const { name, address, destination, id } = (value ?? {}) as Record<string, unknown>;
  return `${object} ${change} ${name ?? address ?? destination ?? id ?? ''}`.trim();
}

/** Makes something and takes it away again; what is told of it must match, in this order among whatever else is told. */
const cases: readonly {
  readonly group: MonitorGroup;
  readonly lines: readonly string[];
  readonly told: readonly object[];
}[] = [
  {
    group: 'link',
    lines: ['link add br0 type bridge', 'link set br0 mtu 1400', 'link set br0 name br1', 'link del br1'],
    told: [
      { change: 'new', value: { name: 'br0', mtu: 1500, linkInfo: { kind: 'bridge' } } },
      { change: 'new', value: { name: 'br0', mtu: 1400 } },
      { change: 'new', value: { name: 'br1', mtu: 1400 } },
      { change: 'removed', value: { name: 'br1' } },
    ],
  },
  {
    group: 'address',
    lines: [
      'address add 10.9.0.1/24 dev lo',
      'address add fd09::1/64 dev lo nodad',
      'address del 10.9.0.1/24 dev lo',
      'address del fd09::1/64 dev lo',
    ],
    told: [
      { change: 'new', value: { family: 'inet', local: '10.9.0.1', prefixLength: 24, index: 1 } },
      { change: 'new', value: { family: 'inet6', address: 'fd09::1', prefixLength: 64 } },
      { change: 'removed', value: { local: '10.9.0.1' } },
      { change: 'removed', value: { address: 'fd09::1' } },
    ],
  },
  {
    group: 'route',
    lines: [
      'route add 10.9.0.0/16 dev lo metric 7',
      'route replace blackhole 10.9.0.0/16 metric 7',
      'route del blackhole 10.9.0.0/16',
      '-6 route add fd09::/64 dev lo',
    ],
    told: [
      {
        change: 'new',
        value: { destination: '10.9.0.0', destinationLength: 16, outputLink: 1, priority: 7 },
      },
      { change: 'new', value: { destination: '10.9.0.0', type: 'blackhole' } },
      { change: 'removed', value: { destination: '10.9.0.0', type: 'blackhole' } },
      { change: 'new', value: { destination: 'fd09::', family: 'inet6' } },
    ],
  },
  {
    group: 'neighbour',
    lines: [
      'link add br0 type bridge',
      'neigh add 10.9.0.2 lladdr 02:00:00:00:00:01 dev br0',
      'neigh del 10.9.0.2 dev br0',
    ],
    told: [
      { change: 'new', value: { family: 'bridge' } },
      { change: 'new', value: { family: 'inet', destination: '10.9.0.2' } },
      { change: 'removed', value: { family: 'inet', destination: '10.9.0.2' } },
    ],
  },
  {
    group: 'rule',
    lines: ['rule add pref 77 from 10.9.0.0/16 table 9', 'rule del pref 77'],
    told: [
      { change: 'new', value: { priority: 77, source: '10.9.0.0' } },
      { change: 'removed', value: { priority: 77 } },
    ],
  },
  {
    group: 'nextHop',
    lines: ['nexthop add id 7 blackhole', 'nexthop del id 7'],
    told: [
      { change: 'new', value: { id: 7, blackhole: true } },
      { change: 'removed', value: { id: 7 } },
    ],
  },
];

describe('a monitor', () => {
  it.each(cases)(
    'tells of $group objects, in the order in which they changed',
    async ({ group, lines, told }) => {
      const monitor = ns.monitor({ groups: [group] });
      for (const line of lines) host.run('ip', ...line.split(' '));
      for (const event of told) await until(monitor, { object: group, ...event });
      monitor.close();
    },
  );

  it('tells of namespace ids, that they are given and that their namespaces went', async () => {
    const other = namespaceName('numbered');
    command('ip', ['netns', 'add', other]);
    const monitor = ns.monitor({ groups: ['namespaceId'] });
    host.run('ip', 'netns', 'set', other, '77');
    await until(monitor, { object: 'namespaceId', change: 'new', value: { id: 77 } });
    command('ip', ['netns', 'del', other]);
    await until(monitor, { object: 'namespaceId', change: 'removed', value: { id: 77 } });
    monitor.close();
  });

  it('tells objects as their list gives them', async () => {
    const monitor = ns.monitor({ groups: ['link', 'address', 'route'] });
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    host.run('ip', 'address', 'add', '10.9.0.1/24', 'dev', 'br0');
    host.run('ip', 'route', 'add', '10.8.0.0/16', 'dev', 'lo');
    const told = await until(monitor, { object: 'route', value: { destination: '10.8.0.0' } });
    monitor.close();
    const lists = {
      link: await ns.links.list(),
      address: await ns.addresses.list(),
      route: await ns.routes.list(),
      neighbour: [...(await ns.neighbours.list()), ...(await ns.fdb.list())],
    };
    for (const { object, value } of told as MonitorEvent[] & Told[]) {
      const list: readonly unknown[] = lists[object as keyof typeof lists];
      expect(list.map(still)).toContainEqual(still(value));
    }
  });

  it('tells what a bridge says of a port as a change of that link', async () => {
    host.run('ip', 'link', 'add', 'br0', 'up', 'type', 'bridge');
    host.run('ip', 'link', 'add', 'veth0', 'up', 'type', 'veth', 'peer', 'name', 'veth1');
    host.run('ip', 'link', 'set', 'veth1', 'up');
    host.run('ip', 'link', 'set', 'veth0', 'master', 'br0');
    const monitor = ns.monitor({ groups: ['link'] });
    host.run('bridge', 'link', 'set', 'dev', 'veth0', 'hairpin', 'on');
    await until(monitor, {
      change: 'new',
      value: { name: 'veth0', linkInfo: { slaveKind: 'bridge', slaveData: { hairpin: true } } },
    });
    host.run('ip', 'link', 'set', 'veth0', 'nomaster');
    host.run('ip', 'link', 'add', 'br1', 'type', 'bridge');
    const told = await until(monitor, { value: { name: 'br1' } });
    expect(told.map(brief)).toContain('link new veth0');
    expect(told.map(({ change }) => change)).not.toContain('removed');
    monitor.close();
  });

  it('hears what happens after the call, and nothing of before', async () => {
    host.run('ip', 'link', 'add', 'before', 'type', 'bridge');
    const monitor = ns.monitor({ groups: ['link'] });
    ns.links.addSync({ kind: 'bridge', name: 'after' });
    expect((await until(monitor, { value: { name: 'after' } })).map(brief)).toEqual(['link new after']);
    monitor.close();
  });

  it('outlives the handle, and the name, of its namespace', async () => {
    const monitor = ns.monitor({ groups: ['link'] });
    const inside = await Namespace.open(host.name);
    ns.close();
    command('ip', ['netns', 'del', host.name]);
    await inside.links.add({ kind: 'bridge', name: 'br0' });
    inside.close();
    await until(monitor, { value: { name: 'br0' } });
    monitor.close();
  });

  it('says what is wrong with its options before anything is opened', () => {
    expect(() => ns.monitor({ groups: [] })).toThrow(RangeError);
    expect(() => ns.monitor({ groups: ['links' as 'link'] })).toThrow(/monitor: groups\[0\]: must be one of/);
    expect(() => ns.monitor({ queue: 0 })).toThrow(/monitor: queue: must be a whole number/);
    expect(() => ns.monitor({ receiveBuffer: 1.5 })).toThrow(RangeError);
    expect(() => ns.monitor({ signal: {} as AbortSignal })).toThrow(TypeError);
    expect(() => ns.monitor({ filter: 1 } as object)).toThrow(/unknown option/);
    ns.close();
    expect(() => ns.monitor()).toThrow('the namespace was closed');
  });
});

describe('a monitor that nobody listens to for too long', () => {
  it('tells one overrun, and then leads to what is true', async () => {
    for (const name of ['stays', 'goes', 'changes']) host.run('ip', 'link', 'add', name, 'type', 'bridge');
    const monitor = ns.monitor({ groups: ['link', 'address', 'route'], receiveBuffer: 1, queue: 1 });
    const known = new Map((await ns.links.list()).map(({ index, name }) => [index, name]));
    for (let i = 0; i < 40; i++) {
      ns.links.addSync({ kind: 'bridge', name: 'passing', up: true });
      ns.addresses.addSync({ link: 'passing', address: `10.9.${i}.1/24` });
      ns.links.removeSync('passing');
    }
    host.run('ip', 'link', 'del', 'goes');
    host.run('ip', 'link', 'set', 'changes', 'name', 'changed');
    host.run('ip', 'link', 'add', 'comes', 'type', 'bridge');
    host.run('ip', 'address', 'add', '10.10.0.1/24', 'dev', 'comes');
    host.run('ip', 'link', 'add', 'last', 'type', 'bridge');

    const told: MonitorEvent[] = [];
    const overruns = () => told.filter(({ change }) => change === 'overrun').length;
    const addresses = new Set<string>();
    const deadline = Date.now() + 20_000;
    for await (const event of monitor) {
      told.push(event);
      if (event.object === 'link') {
        if (event.change === 'new') known.set(event.value.index, event.value.name);
        else known.delete(event.value.index);
      }
      if (event.object === 'address') {
        const key = `${event.value.index} ${event.value.address}`;
        if (event.change === 'new') addresses.add(key);
        else addresses.delete(key);
      }
      // What is behind the last link is told together with it.
      if (overruns() === 1 && addresses.size > 0 && [...known.values()].includes('last')) break;
      if (Date.now() > deadline) throw new Error(`never true: ${JSON.stringify([...known.values()])}`);
    }
    expect(overruns()).toBe(1);
    expect([...known].sort()).toEqual(
      host
        .links()
        .map(({ ifindex, ifname }) => [ifindex, ifname])
        .sort(),
    );
    const comes = host.link('comes')?.ifindex;
    expect([...addresses]).toEqual([`${comes} 10.10.0.1`]);
    const afterwards = told.slice(told.findIndex(({ change }) => change === 'overrun'));
    expect(afterwards.map(brief)).not.toContain('link new stays');
  });

  it('never loses what fits', async () => {
    const monitor = ns.monitor({ groups: ['link'], queue: 2 });
    for (let i = 0; i < 50; i++) ns.links.addSync({ kind: 'bridge', name: `br${i}` });
    const told = await until(monitor, { value: { name: 'br49' } });
    expect(new Set(told.map(brief)).size).toBe(50);
    expect(told.map(({ change }) => change)).not.toContain('overrun');
    monitor.close();
  });
});

describe('the end of a monitor', () => {
  it('comes with break, and lets go of everything', async () => {
    const monitor = ns.monitor();
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    for await (const _event of monitor) break;
    expect(await monitor.next()).toEqual({ done: true, value: undefined });
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    for (const more of Array.from({ length: 20 }, () => ns.monitor())) more.close();
    // Not only when they are collected.
    await expect.poll(descriptors).toBeLessThanOrEqual(before);
  });

  it('comes with its signal: who waits gets the reason, who does not learns it later', async () => {
    const reason = new Error('enough');
    const [first, second] = [new AbortController(), new AbortController()];
    const monitor = ns.monitor({ signal: first.signal });
    const waiting = rejection(monitor.next());
    await delay(20);
    first.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await monitor.next()).toEqual({ done: true, value: undefined });

    const idle = ns.monitor({ signal: second.signal });
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    second.abort(reason);
    expect(await rejection(idle.next())).toBe(reason);
    expect(() => ns.monitor({ signal: second.signal })).toThrow(reason);
  });

  it('comes with close() or return(), also while somebody waits', async () => {
    for (const end of [(m: Monitor) => m.close(), (m: Monitor) => void m.return()]) {
      const monitor = ns.monitor();
      const waiting = [monitor.next(), monitor.next()];
      await delay(20);
      end(monitor);
      for (const result of await Promise.all(waiting)) expect(result.done).toBe(true);
    }
  });

  it('is the same for a hundred of them', async () => {
    const monitors = Array.from({ length: 100 }, () => ns.monitor({ groups: ['link'] }));
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    for (const monitor of monitors) await until(monitor, { value: { name: 'br0' } });
    for (const monitor of monitors) monitor.close();
  });
});

/** Without what changes by itself. */
function still(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) =>
      /Timer$|^cacheInfo$|^event$|^stats(64)?$/.test(key)
        ? undefined
        : typeof part === 'bigint'
          ? `${part}`
          : part,
    ),
  );
}
