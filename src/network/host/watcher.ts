// Watching over a network: when others take away or change what is its own, it is put back, and told. What stands is looked at without
// the lock; only where something seems wrong is it taken, for it may be a change of ours under way.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Restoration } from './healing.js';

/** What a watch needs of its network. */
export interface Watched {
  readonly name: string;
  /** Calls back when something may have changed; fulfils with the end of it. */
  onChange(changed: () => void): Promise<() => void>;
  /** Puts back what is missing. */
  reconcile(): Promise<Restoration>;
}

/** Something was put back. */
export interface WatchEvent extends Restoration {
  readonly network: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** How long after something was put back it is looked at again: who compares two looks does not see what went, came back and went in between. */
const againMs = 500;

/** How long after a failure it is tried again. */
const pauseMs = 500;

/**
 * Yields an event each time something was put back, at once for what is missing at the beginning. Ends when `signal` aborts.
 * A network that is gone, or that cannot be mended for good, ends it with the error.
 */
export async function* watch(network: Watched, signal?: AbortSignal): AsyncGenerator<WatchEvent, void, void> {
  let wake = () => {};
  let again: NodeJS.Timeout | undefined;
  let pending = true; // what is missing now is put back at once
  const changed = () => {
    pending = true;
    wake();
  };
  const stop = await network.onChange(changed);
  signal?.addEventListener('abort', changed, { once: true });
  try {
    while (signal?.aborted !== true) {
      if (!pending) {
        await new Promise<void>((fulfil) => {
          wake = fulfil;
        });
        continue;
      }
      pending = false;
      const restored = await attempt(network, signal);
      if (restored === undefined) pending = true;
      else if (restored.lines.length > 0) {
        clearTimeout(again);
        again = setTimeout(changed, againMs);
        yield { network: network.name, at: Date.now(), ...restored };
      }
    }
  } finally {
    clearTimeout(again);
    signal?.removeEventListener('abort', changed);
    stop();
  }
}

/** Undefined where it is worth another try: the lock or the rules were somebody else's for too long. */
async function attempt(network: Watched, signal: AbortSignal | undefined): Promise<Restoration | undefined> {
  try {
    return await network.reconcile();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['EAGAIN', 'ETIMEDOUT', 'EPIPE', 'EIPTABLES', 'ENFTABLES', 'ELOCKED'].includes(code)) throw error;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    return undefined;
  }
}
