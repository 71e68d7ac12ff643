// The process exits while workers have work in flight.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const workers = Array.from({ length: 2 }, () => new Worker(new URL('./worker.mjs', import.meta.url)));
await Promise.all(workers.map((worker) => once(worker, 'message')));
process.exit(0);
