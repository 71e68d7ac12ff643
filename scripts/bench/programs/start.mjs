// A program is started, does nothing but load a library, and ends; N times, each timed from here. Arguments: four that are not used and N;
// NETPLUMB_BENCH_START has the command as JSON.
import { execute } from './execute.mjs';
import { timeEach } from './timing.mjs';

/** @type {string[]} */
const [file = '', ...args] = JSON.parse(process.env.NETPLUMB_BENCH_START ?? '[]');
const n = Number(process.argv[6]);
await timeEach([...Array(n).keys()], () => execute(file, args));
