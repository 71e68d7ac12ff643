// Owns: what a JavaScript program of the bench reads and prints, as the C floors do: the work list on
// standard input, the durations as JSON on standard output. It must not know what is being timed.
import { readFileSync } from 'node:fs';

/** @returns {readonly { name: string, address: string, prefix: string, mac: string, hostLink: string }[]} */
export function readWorkList() {
  const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name = '', address = '', prefix = '', mac = '', hostLink = ''] = line.split('\t');
    return { name, address, prefix, mac, hostLink };
  });
}

/**
 * Does the work for each item, one after the other, and prints how long each took.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<unknown>} work
 * @param {() => Promise<unknown>} [finish] what belongs to the total, and to no item
 */
export async function timeEach(items, work, finish) {
  const durations = new Array(items.length).fill(0);
  const begin = process.hrtime.bigint();
  for (const [i, item] of items.entries()) {
    const start = process.hrtime.bigint();
    await work(item);
    durations[i] = Number(process.hrtime.bigint() - start);
  }
  await finish?.();
  const total = Number(process.hrtime.bigint() - begin);
  process.stdout.write(`${JSON.stringify({ total_ns: total, durations_ns: durations })}\n`);
}
