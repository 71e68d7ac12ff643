import { describe, expect, it } from 'vitest';
import { Calls, countCalls } from '../../../src/network/calls.js';

/** A handle whose calls end when told. */
class Handle {
  readonly calls = new Calls('the handle');
  readonly ends: (() => void)[] = [];
  async wait(text: string): Promise<string> {
    await new Promise<void>((resolve) => this.ends.push(resolve));
    return text;
  }
  async fail(): Promise<never> {
    throw new Error('on purpose');
  }
  async twice(): Promise<readonly string[]> {
    return [await uncounted.wait.call(this, 'one'), await uncounted.wait.call(this, 'two')];
  }
}
const uncounted = countCalls(Handle.prototype, ['wait', 'fail', 'twice'], ({ calls }) => calls);

async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const next = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, next])) !== pending;
}

describe('closing a handle', () => {
  it('waits for the calls under way, and they end as they would', async () => {
    const handle = new Handle();
    const calls = [handle.wait('a'), handle.wait('b')];
    const closed = handle.calls.close();
    expect(await settled(closed)).toBe(false);
    handle.ends[0]?.();
    expect(await settled(closed)).toBe(false);
    handle.ends[1]?.();
    await closed;
    expect(await Promise.all(calls)).toEqual(['a', 'b']);
  });

  it('refuses later calls, also while it waits', async () => {
    const handle = new Handle();
    const call = handle.wait('a');
    const closed = handle.calls.close();
    await expect(handle.wait('late')).rejects.toThrow(new TypeError('the handle was closed'));
    handle.ends[0]?.();
    await Promise.all([call, closed]);
    await expect(handle.wait('later')).rejects.toThrow(TypeError);
  });

  it('lets a call under way go on to its end, whatever that calls', async () => {
    const handle = new Handle();
    const call = handle.twice();
    const closed = handle.calls.close();
    handle.ends[0]?.();
    expect(await settled(closed)).toBe(false);
    handle.ends[1]?.();
    expect(await call).toEqual(['one', 'two']);
    await closed;
  });

  it('may be asked for twice, and does not wait for what failed', async () => {
    const handle = new Handle();
    await expect(handle.fail()).rejects.toThrow('on purpose');
    const call = handle.wait('a');
    const both = Promise.all([handle.calls.close(), handle.calls.close()]);
    handle.ends[0]?.();
    await Promise.all([both, call]);
  });
});
