// Owns: how much this machine swings by itself: the same two pieces of work, over and over between rounds. It must not know what is measured.
import { createHash } from 'node:crypto';
import { run } from './processes.mjs';
import { median, percentile } from './statistics.mjs';

const WORK = Buffer.alloc(2 ** 20, 'noise');

/** One way to see it: CPU alone. */
function hash() {
  const begun = performance.now();
  createHash('sha256').update(WORK).digest();
  return (performance.now() - begun) * 1000;
}

/** And one with the kernel's help: scheduling, memory, processes. */
async function start() {
  const begun = performance.now();
  await run({ file: 'true', args: [] });
  return (performance.now() - begun) * 1000;
}

/**
 * `swing`: how far the slowest tenth is above the fastest, as a share of the median.
 * @typedef {{ median_us: number, swing: number }} Swing
 * @typedef {{ cpu: Swing, process: Swing }} Noise
 */

export class NoiseMeter {
  /** @type {{ cpu: number[], process: number[] }} */
  #samples = { cpu: [], process: [] };

  async sample() {
    for (let i = 0; i < 3; i++) {
      this.#samples.cpu.push(hash());
      this.#samples.process.push(await start());
    }
  }

  /** @returns {Noise} of what has been sampled, at least once */
  read() {
    return { cpu: swingOf(this.#samples.cpu), process: swingOf(this.#samples.process) };
  }
}

/** @param {readonly number[]} samples @returns {Swing} */
function swingOf(samples) {
  const middle = median(samples);
  const swing = (percentile(samples, 0.9) - percentile(samples, 0.1)) / middle;
  return { median_us: Math.round(middle), swing: Math.round(swing * 100) / 100 };
}
