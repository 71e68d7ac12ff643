// Names that are no names, and what may stand in /run/netns without being a namespace.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { command } from '../support/command.js';
import { createHost } from '../support/host.js';
import { uniqueName } from '../support/unique-name.js';
import { rejection, thrown } from './surroundings.js';

describe('a name that could lead elsewhere', () => {
  const jobs: unknown[] = [];
  const record = (event: unknown) => jobs.push(event);
  beforeEach(() => {
    jobs.length = 0;
    subscribe('netplumb:job', record);
    return () => unsubscribe('netplumb:job', record);
  });

  const names = [
    '',
    '.',
    '..',
    '../x',
    '/tmp/x',
    'a/b',
    'a\0b',
    '-n',
    ' x',
    'a b',
    'a\nb',
    'a..b',
    'ü',
    'x'.repeat(300),
  ];
  it.each(names.map((name) => [name]))('%j is refused before any system call', async (name) => {
    const acts = [() => Namespace.create(name), () => Namespace.open(name), () => Namespace.remove(name)];
    for (const act of acts)
      expect(await rejection(act())).toMatchObject({
        name: 'RangeError',
        message: expect.stringMatching(/namespace name: /),
      });
    for (const act of [
      () => Namespace.createSync(name),
      () => Namespace.openSync(name),
      () => Namespace.removeSync(name),
      () => new Plan().createNamespace(name),
      () => new Plan().openNamespace(name),
    ])
      expect(thrown(act)).toMatchObject({ name: 'RangeError' });
    expect(jobs).toEqual([]);
  });

  it.each([
    [5],
    [null],
    [{}],
    [['x']],
    [{ pid: '1' }],
    [{ pid: -1 }],
    [{ pid: 2 ** 32 + 1 }],
    [{ pid: 1, fd: 1 }],
    [Object.create({ pid: 1 })],
    [{ pid: 1.5 }],
    [{ fd: -1 }],
    [{ path: '' }],
    [{ path: 'a\0b' }],
    [Symbol('x')],
  ])('%o is refused too', async (value) => {
    const odd = value as never;
    expect(await rejection(Namespace.open(odd))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^namespace/),
    });
    expect(thrown(() => new Plan().openNamespace(odd))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^namespace/),
    });
    expect(await rejection(Namespace.create(odd))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^namespace/),
    });
    expect(await rejection(Namespace.remove(odd))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^namespace/),
    });
    expect(thrown(() => new Plan().createNamespace(odd))).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^namespace/),
    });
    expect(jobs).toEqual([]);
  });
});

describe('what stands in /run/netns and is no namespace', () => {
  let name: string;
  let path: string;
  const elsewhere = mkdtempSync(join(tmpdir(), 'netplumb-'));
  beforeEach(() => {
    const host = createHost('makes-the-directory');
    name = uniqueName('obstacle');
    path = `/run/netns/${name}`;
    symlinkSync(host.path, join(elsewhere, 'target'));
  });
  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
    rmSync(join(elsewhere, 'target'));
  });

  const obstacles: readonly (readonly [string, () => void])[] = [
    ['a symlink to a namespace', () => symlinkSync(readlinkSync(join(elsewhere, 'target')), path)],
    ['a symlink to nowhere', () => symlinkSync('/no/such/file', path)],
    ['a FIFO', () => command('mkfifo', [path])],
    ['an ordinary file', () => writeFileSync(path, 'mine')],
    ['a directory', () => mkdirSync(path)],
  ];
  it.each(obstacles)('%s is refused at once and left as it is', async (_what, place) => {
    place();
    const before = lstatSync(path, { bigint: true });
    const started = performance.now();
    expect(await rejection(Namespace.create(name))).toMatchObject({ code: 'EEXIST', target: name });
    expect(await rejection(Namespace.open(name))).toMatchObject({
      code: 'EINVAL',
      target: name,
      message: expect.stringContaining('not a network namespace but a'),
    });
    expect(await rejection(Namespace.remove(name))).toMatchObject({ code: 'EINVAL', target: name });
    expect((await Namespace.list()).map((listed) => listed.name)).not.toContain(name);
    expect(performance.now() - started).toBeLessThan(1000);
    const after = lstatSync(path, { bigint: true });
    expect([after.ino, after.mode, after.size, after.ctimeNs]).toEqual([
      before.ino,
      before.mode,
      before.size,
      before.ctimeNs,
    ]);
  });

  it('a symlink that is removed leaves its target mounted', async () => {
    const target = readlinkSync(join(elsewhere, 'target'));
    const inode = statSync(target).ino;
    symlinkSync(target, path);
    await rejection(Namespace.remove(name));
    expect(statSync(target).ino).toBe(inode);
  });

  afterAll(() => rmSync(elsewhere, { recursive: true }));
});
