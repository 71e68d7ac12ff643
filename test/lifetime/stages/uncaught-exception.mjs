// An exception that nobody catches ends the process in the middle of work, with code 1.
import { startWork } from './work.mjs';

startWork();
setTimeout(() => {
  throw new Error('nobody catches this');
}, 10);
