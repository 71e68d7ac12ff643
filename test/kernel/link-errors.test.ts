// How the kernel's refusals arrive: errno as data, the operation, its target, the kernel's sentence, the option pointed at; and
// what is refused before the kernel is asked.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetlinkError } from '../../src/errors.js';
import { Namespace } from '../../src/namespace.js';
import { createHost, type Host } from '../support/host.js';
import { rejection, thrown } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

describe('a NetlinkError', () => {
  it('has the errno, its name, the operation and the target', async () => {
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const error = await rejection(ns.links.add({ kind: 'bridge', name: 'br0' }));
    expect(error).toBeInstanceOf(NetlinkError);
    expect(error).toMatchObject({
      message: 'link.add br0: EEXIST: File exists',
      code: 'EEXIST',
      errno: 17,
      operation: 'link.add',
      target: 'br0',
      step: 0,
    });
    expect(thrown(() => ns.links.addSync({ kind: 'bridge', name: 'br0' }))).toEqual(error);
  });

  it('carries the kernel’s own sentence', async () => {
    host.run('ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    const error = await rejection(ns.links.set('veth0', { mtu: 70_000 }));
    expect(error).toMatchObject({
      code: 'EINVAL',
      operation: 'link.set',
      kernelMessage: expect.stringMatching(/mtu/i),
    });
    expect((error as Error).message).toContain((error as NetlinkError).kernelMessage);
    expect(host.link('veth0')?.mtu).toBe(1500);
  });

  it('points at the option, however deep it lies', async () => {
    const policy = { type: 'u32', minimum: expect.any(Number), maximum: 4_294_967_295 };
    const tooSmall = { code: 'ERANGE', kernelMessage: 'integer out of range', policy };
    expect(await rejection(ns.links.add({ kind: 'bridge', name: 'br0', gsoMaxSize: 1 }))).toMatchObject({
      ...tooSmall,
      attribute: 'gsoMaxSize',
      message: expect.stringMatching(/gsoMaxSize must be at least \d{3}\)$/),
    });
    const peer = { name: 'veth1', gsoMaxSize: 1 };
    expect(await rejection(ns.links.add({ kind: 'veth', name: 'veth0', peer }))).toMatchObject({
      ...tooSmall,
      attribute: 'linkInfo.data.peer.gsoMaxSize',
    });
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo']);
  });

  it('carries a refused value of a bridge as the kernel’s errno', async () => {
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const before = host.link('br0')?.linkinfo?.info_data?.forward_delay;
    await ns.links.set('br0', { kind: 'bridge', data: { stpState: 1 } });
    const change = ns.links.set('br0', { kind: 'bridge', data: { forwardDelay: 1 } });
    expect(await rejection(change)).toMatchObject({ code: 'ERANGE', operation: 'link.set', target: 'br0' });
    expect(host.link('br0')?.linkinfo?.info_data?.forward_delay).toBe(before);
  });

  it('says EOPNOTSUPP, and why, for a kind this kernel lacks', async () => {
    expect(await rejection(ns.links.add({ kind: 'nosuchkind', name: 'x0' } as never))).toMatchObject({
      code: 'EOPNOTSUPP',
      kernelMessage: 'Unknown device type',
      target: 'x0',
    });
  });

  it('says ENODEV where there is no such link, for every verb', async () => {
    for (const act of [
      () => ns.links.get('none'),
      () => ns.links.set('none', { up: true }),
      () => ns.links.remove('none'),
      () => ns.links.addAltNames('none', ['x']),
      () => ns.links.set(4711, { up: true }),
      () => ns.links.get({ index: 4711 }),
      () => ns.links.list({ master: 'none' }),
      () => ns.addresses.add({ link: 'none', address: '10.0.0.1/24' }),
      () => ns.addresses.list({ link: 'none' }),
      () => ns.routes.add({ destination: '10.0.0.0/8', link: 'none' }),
    ])
      expect(await rejection(act()), String(act)).toMatchObject({
        name: 'NetlinkError',
        code: 'ENODEV',
        errno: 19,
      });
  });
});

describe('a wrong argument', () => {
  const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no options', () => ns.links.addSync(undefined as never), /^link\.add: options/],
    ['no kind', () => ns.links.addSync({ name: 'x' } as never), /kind/],
    ['a peer that is up', () => ns.links.addSync({ kind: 'veth', peer: { up: true } as never }), /peer\.up/],
    ['an unknown option', () => ns.links.addSync({ kind: 'bridge', nmae: 'x' } as never), /nmae/],
    [
      'an unknown option of the kind',
      () => ns.links.addSync({ kind: 'bridge', data: { stp: 1 } } as never),
      /stp/,
    ],
    ['a peer’s unknown option', () => ns.links.addSync({ kind: 'veth', peer: { nmae: 1 } } as never), /nmae/],
    ['an inherited option', () => ns.links.addSync(Object.create({ kind: 'bridge' })), /kind/],
    ['an mtu of text', () => ns.links.addSync({ kind: 'bridge', mtu: '1500' } as never), /mtu/],
    ['a negative mtu', () => ns.links.addSync({ kind: 'bridge', mtu: -1 }), /mtu/],
    ['half an mtu', () => ns.links.addSync({ kind: 'bridge', mtu: 1.5 }), /mtu/],
    ['an mtu that is not a number', () => ns.links.addSync({ kind: 'bridge', mtu: Number.NaN }), /mtu/],
    ['an alias of 300 bytes', () => ns.links.setSync('lo', { alias: 'x'.repeat(300) }), /alias/],
    ['an alias with NUL', () => ns.links.setSync('lo', { alias: 'a\0b' }), /alias/],
    ['up that is no boolean', () => ns.links.setSync('lo', { up: 1 } as never), /up/],
    ['a namespace that is a name', () => ns.links.setSync('lo', { namespace: 'x' } as never), /namespace/],
    ['an empty reference', () => ns.links.getSync(''), /link\.get/],
    ['an index of 0', () => ns.links.getSync(0), /link\.get/],
    ['no reference', () => ns.links.removeSync(undefined as never), /link\.remove/],
    ['an alternative name of 128 bytes', () => ns.links.addAltNamesSync('lo', ['x'.repeat(128)]), /altNames/],
    ['an empty alternative name', () => ns.links.addAltNamesSync('lo', ['']), /altNames/],
    ['a filter nobody knows', () => ns.links.listSync({ nmae: 'x' } as never), /nmae/],
    ['a step of no plan', () => ns.links.setSync({ step: 3 }, { up: true }), /step/],
    ...[
      'x'.repeat(16),
      '',
      '.',
      '..',
      'a/b',
      'a b',
      'a\n',
      'br%d',
      'x+',
      '-j',
      '*',
      '#c',
      'a"b',
      'a\0b',
      'a:b',
    ].map(
      (name) =>
        [
          `the name ${JSON.stringify(name)}`,
          () => ns.links.addSync({ kind: 'bridge', name }),
          /name/,
        ] as const,
    ),
  ];
  it.each(wrong)('%s is refused with the option’s name', (_what, act, message) => {
    const error = thrown(act);
    expect(String(error)).toMatch(/^(TypeError|RangeError)/);
    expect((error as Error).message).toMatch(message);
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo']);
  });

  it('rejects the promise rather than throwing', async () => {
    const promise = ns.links.add({ kind: 'bridge', name: 'a b' });
    expect(await rejection(promise)).toBeInstanceOf(RangeError);
  });
});
