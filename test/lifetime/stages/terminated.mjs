// terminated.mjs ROUNDS ACTIVITY…: workers, one at each activity, are terminated all at once, in each round after another delay. The
// process carries on and holds no more than before.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expectNoGrowth, holdings } from './resources.mjs';
import { expectAlive } from './work.mjs';

const [rounds, ...activities] = process.argv.slice(2);
const longestMs = 60;

/** @param {number} delayMs */
async function terminateAfter(delayMs) {
  const workers = activities.map(
    (workerData) => new Worker(new URL('./active-worker.mjs', import.meta.url), { workerData }),
  );
  for (const worker of workers) worker.on('error', (error) => console.error(error));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  await delay(delayMs);
  await Promise.all(workers.map((worker) => worker.terminate()));
}

await terminateAfter(longestMs);
await expectAlive();
const before = holdings();
for (let round = 0; round < Number(rounds); round += 1) await terminateAfter(Math.random() * longestMs);
await expectAlive();
await expectNoGrowth(before);
