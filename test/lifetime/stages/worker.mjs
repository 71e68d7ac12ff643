// A worker thread with work in flight for as long as it lives; tells when the work has begun.
import { parentPort, workerData } from 'node:worker_threads';
import { startWork } from './work.mjs';

startWork();
parentPort?.postMessage('working');
if (workerData?.endsByItself) {
  parentPort?.close();
  setTimeout(() => process.exit(), 5);
}
