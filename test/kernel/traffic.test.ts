// Traffic control: disciplines, classes and filters, read back through `tc -j`.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, type Host } from '../support/host.js';
import { needsKernel } from '../support/probe.js';
import { rejection, thrown } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  host.run('ip', 'link', 'add', 'veth0', 'up', 'type', 'veth', 'peer', 'name', 'veth1');
  host.run('ip', 'link', 'add', 'ifb0', 'up', 'type', 'ifb');
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

interface TcOutput {
  readonly kind: string;
  readonly handle?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

const tc = (...args: string[]): TcOutput[] => JSON.parse(host.run('tc', '-j', '-d', ...args)) as TcOutput[];
const qdiscs = (link: string) => tc('qdisc', 'show', 'dev', link).map(({ kind }) => kind);
const tbf = { rate: 1_250_000, burst: 32_000, latencyUs: 50_000 };
const redirect = {
  parent: 'ingress',
  kind: 'u32',
  options: {
    keys: [{ mask: 0, value: 0, offset: 0 }],
    actions: [{ kind: 'mirred', direction: 'egressRedirect', link: 'ifb0' }],
  },
} as const;

describe('ticks', () => {
  it('are of 64 ns, as the kernel says', () => {
    const [perMicrosecond = '', inNanoseconds = ''] = readFileSync('/proc/net/psched', 'utf8').split(' ');
    expect([perMicrosecond, inNanoseconds].map((hex) => Number.parseInt(hex, 16))).toEqual([1000, 64]);
  });
});

describe('qdiscs', () => {
  it('limits a link as tc shows it, and tells the handle that the kernel chose', async () => {
    const made = await ns.qdiscs.add({ link: 'veth0', kind: 'tbf', options: tbf });
    const [shown] = tc('qdisc', 'show', 'dev', 'veth0');
    expect(shown).toMatchObject({ kind: 'tbf', root: true, options: { rate: 1_250_000, lat: 50_000 } });
    expect(made).toMatchObject({ kind: 'tbf', parent: 'root', handle: shown?.handle });
    expect(await ns.qdiscs.get({ link: 'veth0' })).toMatchObject({ handle: made.handle });
    await ns.qdiscs.set({ link: 'veth0', kind: 'tbf', options: { ...tbf, rate: 2_500_000n } });
    expect(tc('qdisc', 'show', 'dev', 'veth0')[0]?.options).toMatchObject({ rate: 2_500_000 });
    ns.qdiscs.replaceSync({ link: 'veth0', kind: 'pfifo', options: { limit: 7 } });
    expect(tc('qdisc', 'show', 'dev', 'veth0')[0]).toMatchObject({ kind: 'pfifo', options: { limit: 7 } });
    await ns.qdiscs.remove({ link: 'veth0' });
    expect(qdiscs('veth0')).toEqual(['noqueue']);
  });

  it('keeps rates that 32 bits do not hold', async () => {
    await ns.qdiscs.add({
      link: 'veth0',
      kind: 'tbf',
      options: { ...tbf, rate: 5_000_000_000n, latencyUs: 500 },
    });
    expect(tc('qdisc', 'show', 'dev', 'veth0')[0]?.options).toMatchObject({ rate: 5_000_000_000 });
    const [read] = await ns.qdiscs.list({ link: 'veth0' });
    expect(read?.options).toMatchObject({ rate64: 5_000_000_000n });
  });

  it('lists those of a link only, or of a kind', async () => {
    await ns.qdiscs.add({ link: 'veth0', kind: 'tbf', options: tbf });
    await ns.qdiscs.add({ link: 'ifb0', kind: 'tbf', options: tbf });
    await ns.qdiscs.add({ link: 'ifb0', kind: 'clsact' });
    const index = host.link('ifb0')?.ifindex;
    expect((await ns.qdiscs.list({ link: 'ifb0' })).map(({ kind }) => kind)).toEqual(['tbf', 'clsact']);
    expect((await ns.qdiscs.list({ kind: 'clsact' })).map((one) => one.index)).toEqual([index]);
    expect(ns.qdiscs.listSync().length).toBe(tc('qdisc', 'show').length);
  });

  it('takes fq_codel where the kernel has it', async (context) => {
    needsKernel(
      context,
      'fq_codel',
      (probed) => probed.attempt('tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'fq_codel').status === 0,
    );
    await ns.qdiscs.add({ link: 'veth0', kind: 'fq_codel', options: { limit: 1000, target: 5000 } });
    expect(tc('qdisc', 'show', 'dev', 'veth0')[0]).toMatchObject({
      kind: 'fq_codel',
      options: { limit: 1000 },
    });
  });

  it('rejects with the kernel’s code and sentence', async () => {
    await ns.qdiscs.add({ link: 'veth0', kind: 'tbf', options: tbf });
    expect(await rejection(ns.qdiscs.add({ link: 'veth0', kind: 'tbf', options: tbf }))).toMatchObject({
      code: 'EEXIST',
      operation: 'qdisc.add',
      target: 'veth0',
    });
    expect(await rejection(ns.qdiscs.add({ link: 'veth1', kind: 'nosuch' }))).toMatchObject({
      code: 'ENOENT',
      kernelMessage: 'Specified qdisc kind is unknown',
    });
    expect(await rejection(ns.qdiscs.remove({ link: 'veth0', kind: 'htb' }))).toMatchObject({
      code: 'EINVAL',
    });
    expect(qdiscs('veth0')).toEqual(['tbf']);
  });
});

describe('classes', () => {
  it('share a rate, as tc shows them', async () => {
    await ns.qdiscs.add({ link: 'veth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } });
    await ns.classes.add({
      link: 'veth0',
      parent: '1:',
      handle: '1:1',
      kind: 'htb',
      options: { rate: 5_000_000 },
    });
    const options = { rate: 1_000_000, ceil: 5_000_000, burst: 16_000, priority: 3 };
    const made = await ns.classes.add({ link: 'veth0', parent: '1:1', handle: '1:10', kind: 'htb', options });
    expect(made).toMatchObject({ handle: '1:10', parent: '1:1', kind: 'htb' });
    const lines = () => host.run('tc', '-d', 'class', 'show', 'dev', 'veth0');
    expect(lines()).toMatch(/class htb 1:10 parent 1:1 prio 3 .*rate 8Mbit ceil 40Mbit.*burst 16000b/);
    await ns.classes.set({
      link: 'veth0',
      parent: '1:1',
      handle: '1:10',
      kind: 'htb',
      options: { rate: 2_000_000 },
    });
    expect(lines()).toMatch(/class htb 1:10 .*rate 16Mbit ceil 16Mbit/);
    expect((await ns.classes.list({ link: 'veth0' })).map(({ handle }) => handle).sort()).toEqual([
      '1:1',
      '1:10',
    ]);
    expect(await rejection(ns.classes.remove({ link: 'veth0', handle: '1:1' }))).toMatchObject({
      code: 'EBUSY',
    });
    ns.classes.removeSync({ link: 'veth0', handle: '1:10' });
    expect(lines()).not.toMatch('1:10');
  });
});

describe('filters', () => {
  it('send what comes in to another link', async () => {
    await ns.qdiscs.add({ link: 'veth0', kind: 'clsact' });
    const made = await ns.filters.add({ link: 'veth0', priority: 5, ...redirect });
    expect(made).toMatchObject({ priority: 5, protocol: 'all', kind: 'u32', parent: 'ffff:fff2' });
    const shown = () => host.run('tc', '-d', 'filter', 'show', 'dev', 'veth0', 'ingress');
    expect(shown()).toMatch(
      /pref 5 u32[\s\S]*match 00000000\/00000000 at 0[\s\S]*Egress Redirect to device ifb0/,
    );
    const { handle, kind } = made;
    if (kind === undefined) throw new Error('no kind');
    const which = { link: 'veth0', parent: 'ingress', priority: 5, kind, handle };
    expect(await ns.filters.get(which)).toMatchObject({ handle });
    expect(await ns.filters.list({ link: 'veth0', parent: 'egress' })).toEqual([]);
    await ns.filters.remove({ link: 'veth0', parent: 'ingress', priority: 5 });
    expect(shown().trim()).toBe('');
  });

  it('match any 32 bits, and give packets to classes', async () => {
    await ns.qdiscs.add({ link: 'veth0', handle: '1:', kind: 'htb' });
    await ns.filters.add({
      link: 'veth0',
      parent: '1:',
      protocol: 'ip',
      priority: 1,
      kind: 'u32',
      options: { keys: [{ mask: 0xff00_0000, value: 0x0a00_0000, offset: 16 }], classId: '1:10' },
    });
    expect(host.run('tc', 'filter', 'show', 'dev', 'veth0')).toMatch(
      /flowid 1:10[\s\S]*match 0a000000\/ff000000 at 16/,
    );
  });

  it('let a rate pass where the kernel has the policer', async (context) => {
    needsKernel(context, 'traffic policer', (probed) => {
      probed.run('tc', 'qdisc', 'replace', 'dev', 'lo', 'clsact');
      const filter = ['filter', 'add', 'dev', 'lo', 'ingress', 'matchall', 'action', 'police'];
      return probed.attempt('tc', ...filter, 'rate', '8mbit', 'burst', '16000').status === 0;
    });
    await ns.qdiscs.add({ link: 'veth0', kind: 'clsact' });
    await ns.filters.add({
      link: 'veth0',
      parent: 'ingress',
      kind: 'matchall',
      options: { actions: [{ kind: 'police', rate: 1_000_000, burst: 16_000 }] },
    });
    expect(host.run('tc', 'filter', 'show', 'dev', 'veth0', 'ingress')).toMatch(
      /rate 8Mbit burst 16000b.*action drop/,
    );
  });
});

describe('a plan', () => {
  it('limits both directions, and explains itself in lines that tc takes', async () => {
    const record = (plan: Plan) => {
      const { qdiscs: disciplines, filters } = plan.on(ns);
      disciplines.add({ link: 'veth0', handle: '7:', kind: 'tbf', options: tbf });
      disciplines.add({ link: 'veth0', kind: 'clsact' });
      filters.add({ link: 'veth0', ...redirect });
      disciplines.add({ link: 'ifb0', kind: 'tbf', options: tbf });
    };
    const plan = new Plan();
    record(plan);
    const lines = plan.explain(ns);
    await plan.run();
    const all = () =>
      `${host.run('tc', '-d', 'qdisc')}${host.run('tc', '-d', 'filter', 'show', 'dev', 'veth0', 'ingress')}`;
    const said = all().replace(/tbf 8[0-9a-f]{3}:/g, 'tbf');
    for (const link of ['veth0', 'ifb0']) host.run('tc', 'qdisc', 'del', 'dev', link, 'root');
    host.run('tc', 'qdisc', 'del', 'dev', 'veth0', 'clsact');
    for (const line of lines) host.run('sh', '-c', line);
    expect(
      all()
        .replace(/tbf 8[0-9a-f]{3}:/g, 'tbf')
        .replace(/index \d+/, ''),
    ).toBe(said.replace(/index \d+/, ''));
  });

  it('takes back its own, and leaves what others put there', async () => {
    host.run('tc', 'qdisc', 'add', 'dev', 'veth0', 'clsact');
    const theirs = ['filter', 'add', 'dev', 'veth0', 'ingress', 'prio', '9', 'u32', 'match', 'u32', '1', '1'];
    host.run('tc', ...theirs, 'flowid', '1:1');
    host.run('tc', 'qdisc', 'add', 'dev', 'veth1', 'root', 'handle', '1:', 'htb');
    const all = () =>
      `${host.run('tc', 'qdisc')}${host.run('tc', 'filter', 'show', 'dev', 'veth0', 'ingress')}${host.run('tc', 'class', 'show', 'dev', 'veth1')}`;
    const before = all();
    const plan = new Plan();
    const verbs = plan.on(ns);
    verbs.qdiscs.add({ link: 'veth0', handle: '7:', kind: 'tbf', options: tbf });
    verbs.filters.add({ link: 'veth0', priority: 9, ...redirect });
    verbs.classes.add({
      link: 'veth1',
      parent: '1:',
      handle: '1:5',
      kind: 'htb',
      options: { rate: 1_000_000 },
    });
    verbs.qdiscs.add({ link: 'veth1', handle: '7:', kind: 'tbf', options: tbf });
    const error = await rejection(plan.run());
    expect(error).toMatchObject({ code: 'EEXIST', step: 3 });
    expect(error).not.toHaveProperty('notUndone');
    expect(all()).toBe(before);
  });
});

describe('a discipline without a handle', () => {
  it('takes the place of one of another kind, so that a plan refuses to go on behind it', async () => {
    host.run('tc', 'qdisc', 'add', 'dev', 'veth0', 'root', 'handle', '1:', 'htb');
    const plan = new Plan();
    plan.on(ns).qdiscs.add({ link: 'veth0', kind: 'tbf', options: tbf });
    plan.on(ns).qdiscs.add({ link: 'ifb0', handle: '7:', kind: 'tbf', options: tbf });
    expect(await rejection(plan.run())).toMatchObject({
      message: expect.stringMatching('cannot be taken back'),
    });
    expect(qdiscs('veth0')).toEqual(['htb']);
    await ns.qdiscs.add({ link: 'veth0', kind: 'tbf', options: tbf });
    expect(qdiscs('veth0')).toEqual(['tbf']);
  });

  it('can be taken back from a link of the same plan', async () => {
    const plan = new Plan();
    const link = plan.on(ns).links.add({ kind: 'veth', name: 'limited', peer: { name: 'peer' } });
    plan.on(ns).qdiscs.add({ link, kind: 'tbf', options: tbf });
    plan.on(ns).links.add({ kind: 'bridge', name: 'veth0' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 2 });
    expect(host.link('limited')).toBeUndefined();
  });
});

describe('what cannot be', () => {
  const at = { link: 'veth0' };
  it.each([
    [
      'a rate of none',
      () => ns.qdiscs.addSync({ ...at, kind: 'tbf', options: { ...tbf, rate: 0 } }),
      /options: rate: must be from 1/,
    ],
    [
      'a rate with a fraction',
      () => ns.qdiscs.addSync({ ...at, kind: 'tbf', options: { ...tbf, rate: 1.5 } }),
      /rate: must be a whole/,
    ],
    [
      'both limit and latency',
      () => ns.qdiscs.addSync({ ...at, kind: 'tbf', options: { ...tbf, limit: 5 } }),
      /either limit or latencyUs/,
    ],
    [
      'a burst of 300 s',
      () => ns.qdiscs.addSync({ ...at, kind: 'tbf', options: { rate: 1, burst: 300, limit: 1 } }),
      /burst: takes longer/,
    ],
    [
      'a word for a number',
      () => ns.qdiscs.addSync({ ...at, kind: 'tbf', options: { ...tbf, rate: '10mbit' as never } }),
      /rate: must be a number or a bigint/,
    ],
    [
      'a handle that is none',
      () => ns.qdiscs.addSync({ ...at, handle: '1', kind: 'htb' }),
      /qdisc\.add: handle: must be a handle/,
    ],
    ['no link', () => ns.qdiscs.addSync({ kind: 'htb' } as never), /option link is missing/],
    [
      'options of another kind',
      () => ns.qdiscs.addSync({ ...at, kind: 'clsact', options: { rate: 1 } as never }),
      /options must be a Uint8Array/,
    ],
    [
      'a ceiling below the rate',
      () =>
        ns.classes.addSync({
          ...at,
          parent: '1:',
          handle: '1:1',
          kind: 'htb',
          options: { rate: 9, ceil: 8 },
        }),
      /ceil: must be at least rate/,
    ],
    [
      'a verdict that is none',
      () =>
        ns.filters.addSync({
          ...at,
          parent: 'ingress',
          kind: 'matchall',
          options: { actions: [{ kind: 'gact', action: 'drop' as never }] },
        }),
      /options\.actions\[0\]: action: must be one of/,
    ],
    [
      'a key that is none',
      () => ns.filters.addSync({ ...at, parent: '1:', kind: 'u32', options: { keys: [{ mask: -1 }] } }),
      /options\.selector\.keys\.0\.mask must be/,
    ],
    [
      'an action without a link',
      () =>
        ns.filters.addSync({
          ...at,
          parent: '1:',
          kind: 'matchall',
          options: { actions: [{ kind: 'mirred', direction: 'egressMirror' } as never] },
        }),
      /option link is missing/,
    ],
  ])('is refused before the kernel is asked: %s', (_, act, message) => {
    const error = thrown(act);
    expect(String(error)).toMatch(/^(TypeError|RangeError)/);
    expect((error as Error).message).toMatch(message);
    expect(qdiscs('veth0')).toEqual(['noqueue']);
  });
});
