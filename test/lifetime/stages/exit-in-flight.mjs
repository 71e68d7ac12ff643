// The process exits while the main thread has work in flight.
import { setTimeout as delay } from 'node:timers/promises';
import { startWork } from './work.mjs';

startWork();
await delay(Number(process.argv[2] ?? 0));
process.exit(0);
