// The verbs on routes, read back through `ip -j route`.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, type Host } from '../support/host.js';
import { everything, rejection, thrown } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  host.run('ip', 'link', 'add', 'br0', 'up', 'type', 'bridge');
  host.run('ip', 'link', 'add', 'br1', 'up', 'type', 'bridge');
  host.run('ip', 'address', 'add', '172.16.0.2/24', 'dev', 'br0');
  host.run('ip', 'address', 'add', 'fd00::2/64', 'dev', 'br0', 'nodad');
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

const to = (dst: string, family?: '-4' | '-6', table?: string) =>
  host.routes(family, table).filter((route) => route.dst === dst);

describe('routes.add', () => {
  it('adds what ip route shows', async () => {
    await ns.routes.add({ destination: 'default', gateway: '172.16.0.1' });
    ns.routes.addSync({ destination: '10.0.0.0/8', link: 'br1', priority: 5 });
    await ns.routes.add({
      destination: '10.1.0.0/16',
      gateway: '172.16.0.3',
      preferredSource: '172.16.0.2',
      table: 1000,
    });
    await ns.routes.add({ destination: 'fd01::/64', gateway: 'fd00::1' });
    await ns.routes.add({ destination: '10.2.0.0/16', type: 'blackhole' });
    expect(to('default')).toEqual([
      expect.objectContaining({ gateway: '172.16.0.1', dev: 'br0', protocol: 'boot', scope: 'global' }),
    ]);
    expect(to('10.0.0.0/8')).toEqual([expect.objectContaining({ dev: 'br1', scope: 'link', metric: 5 })]);
    expect(to('10.1.0.0/16', '-4', '1000')).toEqual([
      expect.objectContaining({ gateway: '172.16.0.3', prefsrc: '172.16.0.2' }),
    ]);
    expect(to('fd01::/64', '-6')).toEqual([expect.objectContaining({ gateway: 'fd00::1', dev: 'br0' })]);
    expect(to('10.2.0.0/16')).toEqual([expect.objectContaining({ type: 'blackhole' })]);
  });

  it('rejects with EEXIST and ENETUNREACH, the kernel’s sentence, and no change', async () => {
    host.run('ip', 'route', 'add', 'default', 'via', '172.16.0.1');
    const before = everything(host);
    expect(await rejection(ns.routes.add({ destination: 'default', gateway: '172.16.0.9' }))).toMatchObject({
      name: 'NetlinkError',
      code: 'EEXIST',
      operation: 'route.add',
      target: 'default',
    });
    expect(await rejection(ns.routes.add({ destination: '10.0.0.0/8', gateway: '192.0.2.1' }))).toMatchObject(
      {
        code: 'ENETUNREACH',
        kernelMessage: 'Nexthop has invalid gateway',
      },
    );
    expect(thrown(() => ns.routes.addSync({ destination: '10.0.0.1/8', link: 'br1' }))).toMatchObject({
      code: 'EINVAL',
    });
    expect(everything(host)).toEqual(before);
  });

  it.each([
    ['no options', undefined, /options/],
    ['no destination', { gateway: '172.16.0.1' }, /destination/],
    ['a destination without sense', { destination: 'all' }, /destination/],
    ['a gateway with a length', { destination: 'default', gateway: '172.16.0.1/24' }, /gateway/],
    ['a gateway of the other family', { destination: '10.0.0.0/8', gateway: 'fd00::1' }, /gateway/],
    ['a destination of the other family', { destination: '10.0.0.0/8', family: 'inet6' }, /destination/],
    ['an unknown option', { destination: 'default', gatway: '172.16.0.1' }, /gatway/],
    ['a negative priority', { destination: 'default', gateway: '172.16.0.1', priority: -1 }, /priority/],
  ])('refuses %s before the kernel is asked', (_what, options, message) => {
    const error = thrown(() => ns.routes.addSync(options as never));
    expect(String(error)).toMatch(/^(TypeError|RangeError)/);
    expect((error as Error).message).toMatch(message);
    expect(to('default')).toEqual([]);
  });
});

describe('routes.append, replace and remove', () => {
  it('append keeps what is there, replace takes its place', async () => {
    await ns.routes.add({ destination: '10.0.0.0/8', gateway: '172.16.0.1' });
    await ns.routes.append({ destination: '10.0.0.0/8', gateway: '172.16.0.3' });
    expect(to('10.0.0.0/8').map(({ gateway }) => gateway)).toEqual(['172.16.0.1', '172.16.0.3']);
    await ns.routes.replace({ destination: '10.0.0.0/8', gateway: '172.16.0.4' });
    expect(to('10.0.0.0/8').map(({ gateway }) => gateway)).toEqual(['172.16.0.4', '172.16.0.3']);
    ns.routes.replaceSync({ destination: '10.9.0.0/16', link: 'br1' });
    expect(to('10.9.0.0/16')).toHaveLength(1);
  });

  it('prepend comes before what is there', async () => {
    host.run('ip', 'route', 'add', '10.0.0.0/8', 'via', '172.16.0.1');
    await ns.routes.prepend({ destination: '10.0.0.0/8', gateway: '172.16.0.3' });
    ns.routes.prependSync({ destination: '10.0.0.0/8', gateway: '172.16.0.4' });
    expect(to('10.0.0.0/8').map(({ gateway }) => gateway)).toEqual([
      '172.16.0.4',
      '172.16.0.3',
      '172.16.0.1',
    ]);
    const plan = new Plan();
    plan.on(ns).routes.prepend({ destination: '10.9.0.0/16', gateway: '172.16.0.5' });
    plan.on(ns).routes.add({ destination: '10.0.0.0/8', gateway: '172.16.0.5' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 1 });
    expect(to('10.9.0.0/16')).toEqual([]);
  });

  it('prepend is append to IPv6', async () => {
    const added: string[][] = [];
    for (const verb of ['append', 'prepend'] as const) {
      const destination = `fd0${added.length + 1}::/64`;
      for (const gateway of ['fd00::11', 'fd00::12']) await ns.routes[verb]({ destination, gateway });
      added.push(
        (await ns.routes.list({ family: 'inet6' })).flatMap((route) =>
          `${route.destination}/64` === destination
            ? (route.multipath ?? [route]).map(({ gateway }) => gateway ?? '')
            : [],
        ),
      );
    }
    expect(added[1]).toEqual(added[0]);
    expect(added[0]).toHaveLength(2);
  });

  it('remove takes what has all that is named, and says ESRCH when nothing has', async () => {
    for (const [gateway, metric] of [
      ['172.16.0.1', '1'],
      ['172.16.0.3', '2'],
    ] as const)
      host.run('ip', 'route', 'add', '10.0.0.0/8', 'via', gateway, 'metric', metric);
    host.run('ip', 'route', 'add', 'blackhole', '10.2.0.0/16');
    host.run('ip', '-6', 'route', 'add', 'fd01::/64', 'via', 'fd00::1');
    await ns.routes.remove({ destination: '10.0.0.0/8', gateway: '172.16.0.3' });
    expect(to('10.0.0.0/8').map(({ gateway }) => gateway)).toEqual(['172.16.0.1']);
    expect(await rejection(ns.routes.remove({ destination: '10.0.0.0/8', link: 'br1' }))).toMatchObject({
      code: 'ESRCH',
      operation: 'route.remove',
    });
    ns.routes.removeSync({ destination: '10.0.0.0/8' });
    await ns.routes.remove({ destination: '10.2.0.0/16' });
    await ns.routes.remove({ destination: 'fd01::/64' });
    for (const dst of ['10.0.0.0/8', '10.2.0.0/16']) expect(to(dst)).toEqual([]);
    expect(to('fd01::/64', '-6')).toEqual([]);
  });
});

describe('a router of the other family', () => {
  it('is via, alone or among several, and is read as it was written', async () => {
    host.run('ip', 'route', 'add', '10.1.0.0/16', 'via', 'inet6', 'fe80::7', 'dev', 'br0');
    await ns.routes.add({ destination: '10.2.0.0/16', via: 'fe80::7', link: 'br0' });
    await ns.routes.add({
      destination: '10.3.0.0/16',
      multipath: [
        { index: 'br0', via: 'fe80::8' },
        { index: 'br0', gateway: '172.16.0.1' },
      ],
    });
    const via = { family: 'inet6', host: 'fe80::7' };
    for (const dst of ['10.1.0.0/16', '10.2.0.0/16']) expect(to(dst)).toMatchObject([{ via }]);
    const routes = await ns.routes.list({ family: 'inet', table: 'main' });
    const read = (destination: string) => routes.find((route) => route.destination === destination);
    for (const destination of ['10.1.0.0', '10.2.0.0'])
      expect(read(destination)).toMatchObject({ via: 'fe80::7' });
    expect(read('10.3.0.0')?.multipath).toMatchObject([{ via: 'fe80::8' }, { gateway: '172.16.0.1' }]);
    expect(
      thrown(() => ns.routes.addSync({ destination: '10.4.0.0/16', via: 'fe80::7%br0', link: 'br0' })),
    ).toBeInstanceOf(RangeError);
  });
});

describe('routes.list', () => {
  it('has the kernel filter by family, table and link', async () => {
    host.run('ip', 'route', 'add', 'default', 'via', '172.16.0.1');
    host.run('ip', 'route', 'add', '10.0.0.0/8', 'dev', 'br1', 'table', '1000');
    const all = await ns.routes.list();
    const lines = (family: string) =>
      host.run('ip', family, 'route', 'show', 'table', 'all').trim().split('\n').length;
    expect(all).toHaveLength(lines('-4') + lines('-6'));
    const main = await ns.routes.list({ family: 'inet', table: 254 });
    expect(main.map(({ destination }) => destination)).toEqual([undefined, '172.16.0.0']);
    expect(main[0]).toMatchObject({
      gateway: '172.16.0.1',
      destinationLength: 0,
      outputLink: host.link('br0')?.ifindex,
    });
    expect(ns.routes.listSync({ family: 'inet', table: 1000 })).toMatchObject([
      { destination: '10.0.0.0', table: 1000 },
    ]);
    const onBr1 = await ns.routes.list({ family: 'inet', link: 'br1' });
    expect(onBr1.every(({ outputLink }) => outputLink === host.link('br1')?.ifindex)).toBe(true);
    expect(onBr1).toHaveLength(
      host.run('ip', '-4', 'route', 'show', 'table', 'all', 'dev', 'br1').trim().split('\n').length,
    );
  });
});
