// The same for many containers: a bounded number at a time, a result for each, progress told, stopped by a signal.
// Must not know what is done for one.

import { setMaxListeners } from 'node:events';
import { wrongType } from '../../argument.js';
import { type Check, instanceOf, integer, readOptions } from '../../options.js';

/** How far it has come. */
export interface Progress {
  /** The container that was done just now. */
  readonly container: string;
  /** Why it failed, where it did. */
  readonly error?: unknown;
  /** So many are done, with those that failed. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

export interface ManyOptions {
  /** How many at a time; 8 by default, more is not faster (docs/decisions/037-eight-at-a-time.md). */
  readonly concurrency?: number;
  /** Stops what is under way, which is taken back, and begins no more; the rest fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each container. If it throws no more are begun, and it is thrown on when those under way are done. */
  readonly onProgress?: (progress: Progress) => void;
}

/** What became of one container. */
export type ManyResult<Value> =
  | { readonly container: string; readonly value: Value; readonly error?: undefined }
  | { readonly container: string; readonly error: unknown };

const usualConcurrency = 8;

const callback: Check<(progress: Progress) => void> = (value, option) => {
  if (typeof value === 'function') return value as (progress: Progress) => void;
  throw wrongType(option, 'a function', value);
};

const checks = { concurrency: integer(1, 1024), signal: instanceOf(AbortSignal), onProgress: callback };

export function readManyOptions(where: string, options: ManyOptions): ManyOptions {
  return readOptions(where, options, {}, checks);
}

/** Results in the order of `items`, which are begun in that order. */
export async function forMany<Item extends { readonly container: string }, Value>(
  items: readonly Item[],
  act: (item: Item, signal: AbortSignal | undefined) => Promise<Value>,
  { concurrency = usualConcurrency, signal, onProgress }: ManyOptions,
): Promise<readonly ManyResult<Value>[]> {
  const results = new Array<ManyResult<Value>>(items.length);
  // One of our own, so that the caller's is not said to have too many listeners.
  const stop = signal && AbortSignal.any([signal]);
  if (stop !== undefined) setMaxListeners(0, stop);
  let next = 0;
  let done = 0;
  let failed = 0;
  let thrown: { readonly error: unknown } | undefined;
  const one = async (item: Item): Promise<ManyResult<Value>> => {
    try {
      stop?.throwIfAborted();
      return { container: item.container, value: await act(item, stop) };
    } catch (error) {
      failed++;
      return { container: item.container, error };
    }
  };
  const worker = async () => {
    for (let at = next++; at < items.length && thrown === undefined; at = next++) {
      const result = await one(items[at] as Item);
      results[at] = result;
      done++;
      if (thrown !== undefined) continue;
      try {
        const { container } = result;
        const why = 'value' in result ? {} : { error: result.error };
        onProgress?.({ container, ...why, done, failed, total: items.length });
      } catch (error) {
        thrown = { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (thrown !== undefined) throw thrown.error;
  return results;
}
