// The lock of a host namespace. Attaching takes it shared, inside its job; whoever changes a network or its NAT takes it
// exclusively. It has no content: it only tells a half-made attach from a crashed one. Never blocks a thread: who must wait
// says so and asks again; neither side keeps the other waiting for more than one turn.

import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { binding, type LockHandle } from '../binding.js';
import { NetlinkError, NetworkError } from '../errors.js';
import { unwrap } from '../job.js';
import type { Namespace } from '../namespace.js';
import { LOCK_DIRECTORY, lockPath } from './formats/lock.js';
import { listBridges } from './standing.js';

/** Longer than anybody holds it: a thousand containers go in under two seconds, an iptables that hangs is given up after 15, asked twice. */
const patienceMs = 40_000;
const longestPauseMs = 20;
/** For a process that says it waits and does nothing. Those who wait are the same all the time, for nobody has to wait meanwhile. */
const longestTurnMs = 1_000;

export interface HeldLock {
  /** Removes the file when the lock is given back: nothing of netplumb's is left on this host. */
  discard(): void;
  /**
   * Leaves a stamp on the file, and gives the one before. Whoever changes what others may remember, ports or what a network's label says of
   * its rules, does so before; who finds its own stamp there knows that nobody else has.
   */
  stamp(): readonly [former: bigint, present: bigint];
}

/** Repeats `attempt` until it returns something, with growing pauses. */
async function untilLocked<Result>(
  host: Namespace,
  attempt: () => Promise<Result | undefined>,
  forMs = patienceMs,
): Promise<Result> {
  const deadline = performance.now() + forMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPauseMs)) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (performance.now() > deadline) {
      throw new NetworkError('ELOCKED', `${lockPath(host.inode)} was held for ${forMs / 1000} seconds`);
    }
    await sleep(pause);
  }
}

// Who attaches all the time would never leave a moment without a shared lock: whoever waits says so, and is next.
async function lockExclusively(host: Namespace, forMs: number | undefined): Promise<LockHandle> {
  const path = lockPath(host.inode);
  const free = lockAtOnce(path);
  if (free !== undefined) return free;
  let announced: LockHandle | undefined;
  try {
    return await untilLocked<LockHandle>(
      host,
      async () => {
        const handle = unwrap(await binding.tryLock(path, true));
        if (handle === undefined) announced ??= unwrap(await binding.announceLock(path, true));
        return handle;
      },
      forMs,
    );
  } finally {
    if (announced !== undefined) binding.unlock(announced, false);
  }
}

// Mostly nobody holds it, and it takes less time than handing the question to another thread. What is wrong with it is told there.
function lockAtOnce(path: string): LockHandle | undefined {
  try {
    return binding.tryLockSync(path, true);
  } catch {
    return undefined;
  }
}

// Who collects garbage all the time would never leave a moment without the lock: those who waited meanwhile come first.
async function release(handle: LockHandle): Promise<void> {
  if (!binding.giveTurn(handle)) return binding.unlock(handle, false);
  const end = performance.now() + longestTurnMs;
  while (binding.isLockAwaited(handle) && performance.now() < end)
    await sleep(longestPauseMs / 4, undefined, { ref: false });
  binding.unlock(handle, false);
}

/**
 * Removes the files of locks whose hosts seem to be gone: no name and no process leads to them, and nobody holds them. Should
 * one be there after all, whoever was about to lock it notices, and makes the file anew.
 */
export async function removeIdleLocks(host: Namespace): Promise<void> {
  const alive = new Set([...livingNamespaces(), host.inode].map(lockPath));
  const files = readdirSync(LOCK_DIRECTORY).filter((name) => /^\d+\.lock$/.test(name));
  for (const path of files.map((name) => `${LOCK_DIRECTORY}/${name}`)) {
    if (alive.has(path)) continue;
    const handle = unwrap(await binding.tryLock(path, true));
    if (handle !== undefined) binding.unlock(handle, true);
  }
}

function* livingNamespaces(): Iterable<bigint> {
  const named = existsSync('/run/netns') ? readdirSync('/run/netns').map((name) => `/run/netns/${name}`) : [];
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const path of [...named, ...processes.map((pid) => `/proc/${pid}/ns/net`)]) {
    const inode = inodeOf(path);
    if (inode !== undefined) yield inode;
  }
}

/** Of what is there and may be looked at: a process that is confined otherwise does not show its namespaces, even to root. */
function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` while nobody else attaches, detaches or changes a network on this host.
 * @param forMs how long to wait for the lock, in milliseconds
 * @throws {NetworkError} ELOCKED
 */
export async function exclusively<Result>(
  host: Namespace,
  work: (lock: HeldLock) => Promise<Result>,
  forMs?: number,
): Promise<Result> {
  const handle = await lockExclusively(host, forMs);
  let discard = false;
  try {
    return await work({
      discard: () => {
        discard = true;
      },
      stamp: () => binding.stampLock(handle),
    });
  } catch (error) {
    // Taking it made the file, which outlives the attempt only where there is a network.
    discard ||= await listBridges(host).then(
      (bridges) => bridges.length === 0,
      () => false,
    );
    throw error;
  } finally {
    if (discard) binding.unlock(handle, true);
    else void release(handle);
  }
}

/** Those of this environment who wait for the lock of one host shared: they say so together, and one asks for all. */
interface Waiting {
  count: number;
  readonly sign: Promise<LockHandle | undefined>;
  /** Fulfils when it may be taken. */
  asking: Promise<void> | undefined;
}

const waiting = new Map<string, Waiting>();

function joinWaiting(path: string): Waiting {
  const here = waiting.get(path) ?? {
    count: 0,
    sign: binding.announceLock(path, false).then(unwrap),
    asking: undefined,
  };
  waiting.set(path, here);
  here.count++;
  return here;
}

async function leaveWaiting(path: string, here: Waiting): Promise<void> {
  here.count--;
  if (here.count > 0) return;
  waiting.delete(path);
  const sign = await here.sign.catch(() => undefined);
  if (sign !== undefined) binding.unlock(sign, false);
}

function askFor(host: Namespace, here: Waiting): Promise<void> {
  const path = lockPath(host.inode);
  const asking = untilLocked(host, async () => unwrap(await binding.tryLock(path, false)))
    .then((handle) => binding.unlock(handle, false))
    .finally(() => {
      here.asking = undefined;
    });
  asking.catch(() => undefined); // nobody may be waiting for it any more: all were told to stop
  return asking;
}

/** Fulfils when `wait` does, or when the signal is given: the job that is tried then says so. */
async function orAborted(wait: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return wait;
  if (signal.aborted) return;
  const over = new AbortController();
  const given = once(signal, 'abort', { signal: over.signal }).catch(() => undefined);
  try {
    await Promise.race([wait, given]);
  } finally {
    over.abort();
  }
}

/** Runs `job` when it may be possible, again if somebody was faster. */
async function inTurn<Result>(
  host: Namespace,
  job: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const path = lockPath(host.inode);
  const here = joinWaiting(path);
  try {
    await here.sign;
    return await untilLocked(host, async () => {
      here.asking ??= askFor(host, here);
      await orAborted(here.asking, signal);
      try {
        return { result: await job() };
      } catch (error) {
        if (isHeldElsewhere(error)) return undefined;
        throw error;
      }
    }).then(({ result }) => result);
  } finally {
    await leaveWaiting(path, here);
  }
}

/** What a job that takes the lock shared puts into its run options. */
export function sharedLock(host: Namespace): { readonly path: string; readonly exclusive: false } {
  return { path: lockPath(host.inode), exclusive: false };
}

/**
 * Runs a job that takes the lock by itself, again while somebody holds it exclusively: such a job did nothing yet.
 * @param signal that the job looks at: once it is given nobody waits
 */
export async function whenUnlocked<Result>(
  host: Namespace,
  job: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  // Mostly nobody holds it, so nothing is made ready for waiting.
  try {
    return await job();
  } catch (error) {
    if (!isHeldElsewhere(error)) throw error;
  }
  return inTurn(host, job, signal);
}

/** Whether a job failed, having done nothing, because somebody holds the lock exclusively. */
export function isHeldElsewhere(error: unknown): boolean {
  return error instanceof NetlinkError && error.operation === 'lock' && error.errno === EWOULDBLOCK;
}

/** What a call that waits for nobody rejects with then. */
export function lockedError(host: Namespace, cause: unknown): NetworkError {
  return new NetworkError('ELOCKED', `${lockPath(host.inode)} is held: a network is being changed`, {
    cause,
  });
}

/** EAGAIN's other name; asm-generic/errno.h. */
const EWOULDBLOCK = 11;
