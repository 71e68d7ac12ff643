// Plans that fail: whatever step it is, what stood before stands again and nothing else.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { command } from '../support/command.js';
import { createHost, type Host } from '../support/host.js';
import { everything, namespaceName, rejection, removeNamedAfterEach, thrown } from './surroundings.js';

removeNamedAfterEach();

let host: Host;
let inside: Host;
let ns: Namespace;
let brought: Namespace;
beforeEach(async () => {
  host = createHost();
  inside = createHost('brought');
  host.run('ip', 'link', 'add', 'theirs', 'up', 'type', 'bridge');
  host.run('ip', 'link', 'property', 'add', 'dev', 'theirs', 'altname', 'taken');
  host.run('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'theirs');
  ns = await Namespace.open(host.name);
  brought = await Namespace.open(inside.name);
});
afterEach(() => {
  ns.close();
  brought.close();
});

/** Where a step can fail in `record()`'s plan. */
const places = 14;

/** The plan with a step of each kind; `failing` has its own step put in at that place. */
function record(name: string, failing = -1): { plan: Plan; steps: number } {
  const plan = new Plan();
  const { links, addresses, routes } = plan.on(ns);
  const target: { born?: ReturnType<Plan['createNamespace']> } = {};
  const steps: (() => void)[] = [
    () => links.add({ kind: 'bridge', name: 'br0', up: true }),
    () => addresses.add({ link: 'br0', address: '172.16.0.1/24' }),
    () => links.addAltNames('br0', ['claim one', 'claim two']),
    () => {
      target.born = plan.createNamespace(name);
    },
    () =>
      links.add({
        kind: 'veth',
        name: 'veth1',
        master: 'br0',
        up: true,
        peer: { name: 'eth0', ...(target.born && { namespace: target.born }) },
      }),
    () => target.born && plan.on(target.born).links.set('eth0', { up: true }),
    () => target.born && plan.on(target.born).addresses.add({ link: 'eth0', address: '172.16.0.2/24' }),
    () => links.add({ kind: 'veth', name: 'veth2', peer: { name: 'eth0', namespace: brought } }),
    () => plan.on(brought).addresses.add({ link: 'eth0', address: 'fd00::2/64' }),
    () => plan.on(brought).routes.add({ destination: '10.0.0.0/8', type: 'blackhole' }),
    () => routes.add({ destination: '10.1.0.0/16', gateway: '172.16.0.9' }),
    () => routes.append({ destination: '10.1.0.0/16', gateway: '172.16.0.10' }),
    () => addresses.add({ link: 'theirs', address: '192.0.2.2/24' }),
    () => links.set('theirs', { alias: 'changed' }),
  ];
  const count = steps.length;
  if (failing >= 0)
    steps.splice(failing, 0, () => addresses.add({ link: 'theirs', address: '192.0.2.1/24' }));
  for (const step of steps) step();
  return { plan, steps: count };
}

describe('a plan that fails', () => {
  it.each(Array.from({ length: places }, (_, k) => k))(
    'at step %i leaves everything as it was',
    async (k) => {
      const name = namespaceName('born');
      const before = [everything(host), everything(inside)];
      for (const way of ['run', 'runSync'] as const) {
        const { plan } = record(name, k);
        const error = way === 'run' ? await rejection(plan.run()) : thrown(() => plan.runSync());
        expect(error).toMatchObject({
          name: 'NetlinkError',
          code: 'EEXIST',
          operation: 'address.add',
          target: '192.0.2.1/24',
          step: k,
        });
        expect(error).not.toHaveProperty('notUndone.0');
        expect([everything(host), everything(inside)]).toEqual(before);
        expect(existsSync(`/run/netns/${name}`)).toBe(false);
      }
    },
  );

  it('would have succeeded without the failing step', async () => {
    const { plan, steps } = record(namespaceName('born'));
    await plan.run();
    expect(steps).toBe(places);
    expect(host.link('theirs')?.ifalias).toBe('changed');
  });

  it('at making a namespace that exists leaves that one', async () => {
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    plan.createNamespace(inside.name);
    expect(await rejection(plan.run())).toMatchObject({
      code: 'EEXIST',
      operation: 'namespace.create',
      step: 1,
      target: inside.name,
    });
    expect(everything(host)).toEqual(before);
    expect(existsSync(inside.path)).toBe(true);
  });

  it('at opening a namespace takes back what was made', async () => {
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    plan.openNamespace(namespaceName('none'));
    expect(await rejection(plan.run())).toMatchObject({
      code: 'ENOENT',
      operation: 'namespace.open',
      step: 1,
    });
    expect(everything(host)).toEqual(before);
  });

  it('at a sysctl takes back what was made', async () => {
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    plan.on(ns).sysctl.set('net.ipv4.conf.br0.rp_filter', 'x');
    expect(await rejection(plan.run())).toMatchObject({ code: 'EINVAL', operation: 'sysctl.set', step: 1 });
    expect(everything(host)).toEqual(before);
  });

  it('takes back the end it put into an old namespace from a new one', async () => {
    const before = everything(host);
    const plan = new Plan();
    const born = plan.createNamespace();
    plan.on(born).links.add({ kind: 'veth', name: 'eth0', peer: { name: 'veth1', namespace: ns } });
    plan.on(ns).addresses.add({ link: 'theirs', address: '192.0.2.1/24' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 2 });
    expect(everything(host)).toEqual(before);
  });

  it('takes back the alternative names that came before one that was taken', async () => {
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).links.addAltNames('lo', ['free', 'taken', 'free too']);
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', operation: 'altName.add' });
    expect(everything(host)).toEqual(before);
  });

  it('never touches a foreign link that has the name of one it could not make', async () => {
    const before = everything(host);
    for (const together of [false, true]) {
      const plan = new Plan();
      const { links, addresses } = together ? plan.together(ns) : plan.on(ns);
      links.add({ kind: 'bridge', name: 'theirs' });
      addresses.add({ link: 'theirs', address: '172.16.0.1/24' });
      links.addAltNames('theirs', ['np1:br0:172.16.0.2']);
      if (!together) links.set('theirs', { alias: 'ours' });
      expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', operation: 'link.add', step: 0 });
      expect(everything(host)).toEqual(before);
    }
  });

  it.each([
    ['IPv4, with a source', '10.9.0.0/16 dev theirs src 192.0.2.1', 'append', {}],
    ['IPv4, with an MTU', '10.9.0.0/16 dev theirs mtu 1400', 'append', {}],
    ['IPv6, with a metric', 'fd01::/64 dev theirs metric 100', 'add', { priority: 0 }],
    ['IPv6, through a gateway', 'fd01::/64 via fd00::2 dev theirs', 'append', {}],
    ['IPv6, with an MTU', 'fd01::/64 dev theirs mtu 1400', 'append', {}],
  ] as const)('never takes a route for its own that stood before: %s', async (_, route, verb, options) => {
    host.run('ip', '-6', 'address', 'add', 'fd00::1/64', 'dev', 'theirs', 'nodad');
    const destination = route.split(' ')[0] ?? '';
    const family = destination.includes(':') ? '-6' : '-4';
    host.run('ip', family, 'route', 'add', ...route.split(' '));
    const standing = () => host.run('ip', family, 'route', 'show', destination).trim().split(/\s*\n/);
    const before = standing();
    const plan = new Plan();
    plan.on(ns).routes[verb]({ destination, link: 'theirs', ...options });
    plan.on(ns).addresses.add({ link: 'theirs', address: '192.0.2.1/24' });
    const error = (await rejection(plan.run())) as { notUndone?: number[] };
    expect(standing()).toEqual(expect.arrayContaining(before));
    expect(standing()).toHaveLength(before.length + (error.notUndone?.length ?? 0));
  });

  it('lists what left a namespace of its own', async () => {
    const plan = new Plan();
    const born = plan.createNamespace();
    plan.on(born).links.add({ kind: 'veth', name: 'moved', peer: { name: 'other' } });
    plan.on(born).links.set('moved', { namespace: ns });
    plan.on(born).links.set('other', { namespace: ns });
    plan.on(ns).addresses.add({ link: 'theirs', address: '192.0.2.1/24' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 4, notUndone: [3, 2] });
    expect(host.link('moved')).toBeDefined();
  });

  it('leaves a namespace that another has given the name of the one it made', async () => {
    const name = namespaceName('replaced');
    const plan = new Plan();
    plan.createNamespace(name);
    for (let i = 0; i < 40; i++) plan.on(ns).links.add({ kind: 'bridge', name: `u${i}` });
    plan.on(ns).links.add({ kind: 'bridge', name: 'theirs' });
    const running = rejection(plan.run());
    while (!existsSync(`/run/netns/${name}`)) await new Promise((passed) => setTimeout(passed, 1));
    command('ip', ['netns', 'del', name]);
    command('ip', ['netns', 'add', name]);
    expect(await running).toMatchObject({ code: 'EEXIST' });
    expect(existsSync(`/run/netns/${name}`)).toBe(true);
  });

  it('takes back its own route where another leads the same way with a smaller metric', async () => {
    host.run('ip', '-6', 'address', 'add', 'fd00::1/64', 'dev', 'theirs', 'nodad');
    host.run('ip', '-6', 'route', 'add', 'fd01::/64', 'via', 'fd00::9', 'metric', '5');
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).routes.add({ destination: 'fd01::/64', gateway: 'fd00::9' });
    plan.on(ns).addresses.add({ link: 'theirs', address: '192.0.2.1/24' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 1 });
    expect(everything(host)).toEqual(before);
  });
});
