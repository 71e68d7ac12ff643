// Workers call process.exit() with work in flight, while the main thread works too.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expectAlive } from './work.mjs';

for (let round = 0; round < 10; round += 1) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { endsByItself: true } });
  const ended = once(worker, 'exit');
  await expectAlive();
  await ended;
}
await expectAlive();
