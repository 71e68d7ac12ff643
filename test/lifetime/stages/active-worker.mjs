// A worker thread at the activity that workerData names, for as long as it lives.
import { parentPort, workerData } from 'node:worker_threads';
import { activities } from './activities.mjs';

parentPort?.postMessage('working');
await activities[workerData]?.();
