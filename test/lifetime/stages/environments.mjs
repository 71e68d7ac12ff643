// Fifty environments, one after the other, each of which does some work and ends by itself: threads, descriptors and memory
// stay what they are.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { collectGarbage, expectNoGrowth, holdings } from './resources.mjs';

const mebibyte = 2 ** 20;

async function environment() {
  const worker = new Worker(new URL('./brief-worker.mjs', import.meta.url));
  const [code] = await once(worker, 'exit');
  if (code !== 0) throw new Error(`the worker ended with code ${code}`);
}

for (let round = 0; round < 10; round += 1) await environment();
collectGarbage();
const before = holdings();
const residentBefore = process.memoryUsage.rss();
for (let round = 0; round < 50; round += 1) await environment();
await expectNoGrowth(before);
const grown = (process.memoryUsage.rss() - residentBefore) / mebibyte;
if (grown > 40) throw new Error(`50 environments left ${grown.toFixed(1)} MiB behind`);
