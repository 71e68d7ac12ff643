// Workers are terminated at different moments of their work; the process carries on.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expectAlive } from './work.mjs';

for (let round = 0; round < 20; round += 1) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url));
  await once(worker, 'message');
  await delay(round / 2);
  await worker.terminate();
}
await expectAlive();
