// Owns: knowing that the kernel has finished reaping every namespace given up so far, without a fixed sleep.
// It must not know whose namespaces they were.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Host } from './host.mjs';
import { run } from './processes.mjs';
import { median } from './statistics.mjs';

const SENTINEL = 'sentinel';
const POLL_MS = 2;
const PATIENCE_MS = 60_000;

/**
 * The kernel reaps namespaces in one ordered work queue (net/core/net_namespace.c, cleanup_net). So a tiny
 * namespace given up now is reaped after everything before it, and its veth's other end, kept in a namespace
 * of ours, vanishes at that moment. Sockets release their namespace only after an RCU grace period, and may
 * queue it behind the first sentinel; reaping that one waits for such releases, so after a second one nothing
 * is left.
 */
export class ReapBarrier {
  #host;
  #watcher;
  #usualMs = 0;

  /** @param {Host} host @param {import('node:child_process').ChildProcessWithoutNullStreams} watcher */
  constructor(host, watcher) {
    this.#host = host;
    this.#watcher = watcher;
  }

  /** @param {import('./session.mjs').Session} session */
  static async open(session) {
    const name = session.name('watch');
    const host = await Host.create(name, { style: 'own', bridge: '', gateway: '', prefix: 0 });
    // A process that stands in the namespace gives us its /proc/PID/net/dev: polling then starts no process.
    // It ends by itself when the bench does, for its standard input ends.
    const { file, args } = host.enter({ file: 'cat', args: [] });
    const watcher = spawn(file, args, { stdio: 'pipe', detached: true });
    const barrier = new ReapBarrier(host, watcher);
    try {
      const failed = once(watcher, 'close').then(() =>
        Promise.reject(new Error(`nsenter cannot enter ${name}`)),
      );
      watcher.stdin.write('inside\n');
      await Promise.race([once(watcher.stdout, 'data'), failed]);
      failed.catch(() => {}); // from here on it ends when we close it
      await barrier.#calibrate(session);
      return barrier;
    } catch (error) {
      barrier.close();
      throw error;
    }
  }

  /** The names a clean-up between rounds must leave alone. */
  get keep() {
    return [this.#host.name];
  }

  /**
   * Waits until the kernel has reaped what was given up before the call, and a tiny namespace is reaped in
   * about its usual time again.
   * @param {import('./session.mjs').Session} session
   * @returns {Promise<number>} how long that took, in ms
   */
  async pass(session) {
    const start = performance.now();
    await this.#sentinel(session);
    while ((await this.#sentinel(session)) > 2 * this.#usualMs + 20) {
      if (performance.now() - start > PATIENCE_MS) {
        throw new Error(
          `the kernel is still busy reaping after ${PATIENCE_MS / 1000} s: something else makes and removes namespaces on this machine`,
        );
      }
    }
    return performance.now() - start;
  }

  /** @param {import('./session.mjs').Session} session */
  async #calibrate(session) {
    await this.#sentinel(session);
    const times = [];
    for (let i = 0; i < 5; i++) times.push(await this.#sentinel(session));
    this.#usualMs = median(times);
  }

  /** @param {import('./session.mjs').Session} session @returns {Promise<number>} ms from giving up to reaped */
  async #sentinel(session) {
    const name = session.name('sentinel');
    const lines = [
      `netns add ${name}`,
      `link add ${SENTINEL} type veth peer name peer netns ${name}`,
      `netns del ${name}`,
    ];
    const input = lines.map((line) => `${line}\n`).join('');
    await run(this.#host.enter({ file: 'ip', args: ['-batch', '-'], input }));
    const start = performance.now();
    while (this.#links().includes(SENTINEL)) {
      session.signal.throwIfAborted();
      if (performance.now() - start > PATIENCE_MS) throw new Error('the kernel does not reap namespaces');
      await sleep(POLL_MS);
    }
    return performance.now() - start;
  }

  /** Names of the links in the watching namespace. */
  #links() {
    const text = readFileSync(`/proc/${this.#watcher.pid}/net/dev`, 'utf8');
    return text
      .split('\n')
      .slice(2)
      .map((line) => line.split(':')[0]?.trim() ?? '');
  }

  close() {
    this.#watcher.stdin.end();
  }
}
