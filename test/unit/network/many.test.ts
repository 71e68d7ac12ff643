import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forMany, type Progress, readManyOptions } from '../../../src/network/attach/many.js';

const items = (n: number) => Array.from({ length: n }, (_, i) => ({ container: `c${i}`, i }));

describe('many', () => {
  it('are done in order, so many at a time and no more', async () => {
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const act = async ({ i }: { i: number }) => {
      begun.push(i);
      most = Math.max(most, ++running);
      for (let turns = 0; turns < (i * 7) % 5; turns++) await turn();
      running--;
      return i * 2;
    };
    const results = await forMany(items(50), act, { concurrency: 4 });
    expect(results).toEqual(items(50).map(({ container, i }) => ({ container, value: i * 2 })));
    expect(begun).toEqual(items(50).map(({ i }) => i));
    expect(most).toBe(4);
  });

  it('fail one by one, and the others go on', async () => {
    const act = async ({ i }: { i: number }) => {
      if (i % 3 === 1) throw new RangeError(`not ${i}`);
      return i;
    };
    const results = await forMany(items(5), act, {});
    expect(results.map((result) => result.error ?? null)).toEqual([
      null,
      new RangeError('not 1'),
      null,
      null,
      new RangeError('not 4'),
    ]);
  });

  it('of nothing is nothing', async () => {
    expect(await forMany([], async () => 0, {})).toEqual([]);
  });

  it('tell how far they have come', async () => {
    const told: Progress[] = [];
    const act = async ({ i }: { i: number }) => {
      if (i === 1) throw new Error('one');
    };
    await forMany(items(3), act, { concurrency: 1, onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([
      { container: 'c0', done: 1, failed: 0, total: 3 },
      { container: 'c1', error: new Error('one'), done: 2, failed: 1, total: 3 },
      { container: 'c2', done: 3, failed: 1, total: 3 },
    ]);
  });

  it('stop at a signal: what runs is told, what has not begun fails with its reason', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const act = async ({ i }: { i: number }, signal: AbortSignal | undefined) => {
      begun.push(i);
      if (i === 2) controller.abort(new Error('enough'));
      await turn();
      signal?.throwIfAborted();
    };
    const results = await forMany(items(6), act, { concurrency: 2, signal: controller.signal });
    expect(begun).toEqual([0, 1, 2]);
    expect(results.filter(({ error }) => error !== undefined).length).toBeGreaterThanOrEqual(4);
    expect(results.slice(3).map(({ error }) => error)).toEqual(Array(3).fill(new Error('enough')));
  });

  it('end when progress cannot be told, which is thrown once what runs is over', async () => {
    let running = 0;
    const act = async () => {
      running++;
      await turn();
      running--;
    };
    const onProgress = () => {
      throw new Error('nobody listens');
    };
    const many = forMany(items(20), act, { concurrency: 3, onProgress });
    await expect(many).rejects.toThrow('nobody listens');
    expect(running).toBe(0);
  });

  it('refuse options that are none', () => {
    expect(() => readManyOptions('attachMany', { concurrency: 0 })).toThrow(/^attachMany: concurrency/);
    expect(() => readManyOptions('attachMany', { onProgress: 1 } as never)).toThrow(/onProgress: must be a/);
    expect(() => readManyOptions('attachMany', { wait: true } as never)).toThrow(/unknown option "wait"/);
  });
});
