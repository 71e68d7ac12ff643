// Several environments use the addon at once, and one of them ends while the others work.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expectAlive } from './work.mjs';

const workers = Array.from({ length: 4 }, () => new Worker(new URL('./worker.mjs', import.meta.url)));
await Promise.all(workers.map((worker) => once(worker, 'message')));
for (const worker of workers) {
  await worker.terminate();
  await expectAlive();
}
