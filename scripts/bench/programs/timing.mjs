// Owns: what a JavaScript program of the bench reads and prints, as the C floors do: the work list on
// standard input, the durations as JSON on standard output. It must not know what is being timed.
import { readFileSync } from 'node:fs';

/** @typedef {ReturnType<typeof readWorkList>[number]} Container */

/** @returns {readonly { name: string, address: string, prefix: string, mac: string, hostLink: string }[]} */
export function readWorkList() {
  const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name = '', address = '', prefix = '', mac = '', hostLink = ''] = line.split('\t');
    return { name, address, prefix, mac, hostLink };
  });
}

/**
 * Does the work for each item, and prints how long each took.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => unknown} work awaited, where it returns a promise
 * @param {object} [how]
 * @param {number} [how.callers] how many do so at a time, each one item after the other; 1 by default
 * @param {() => Promise<unknown>} [how.finish] what belongs to the total, and to no item
 * @param {() => Readonly<Record<string, number>>} [how.extra] other figures, read after the last item
 */
export async function timeEach(items, work, { callers = 1, finish, extra } = {}) {
  const durations = new Array(items.length).fill(0);
  const waiting = items.entries();
  const caller = async () => {
    for (const [i, item] of waiting) {
      const start = process.hrtime.bigint();
      const done = work(item);
      if (done instanceof Promise) await done; // a call that is over is not waited for
      durations[i] = Number(process.hrtime.bigint() - start);
    }
  };
  const begin = process.hrtime.bigint();
  await (callers === 1 ? caller() : Promise.all(Array.from({ length: callers }, caller)));
  await finish?.();
  printTiming(Number(process.hrtime.bigint() - begin), durations, extra?.());
}

/**
 * Does the work once for all, and prints that time shared out among them.
 * @param {number} n
 * @param {() => Promise<unknown>} work
 */
export async function timeTogether(n, work) {
  const begin = process.hrtime.bigint();
  await work();
  const total = Number(process.hrtime.bigint() - begin);
  printTiming(total, new Array(n).fill(Math.round(total / n)));
}

/**
 * @param {number} total_ns @param {readonly number[]} durations_ns
 * @param {Readonly<Record<string, number>>} [extra]
 */
export function printTiming(total_ns, durations_ns, extra) {
  process.stdout.write(`${JSON.stringify({ total_ns, durations_ns, extra })}\n`);
}
