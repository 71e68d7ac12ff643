// What one attach with the library is made of: the steps that it publishes on the diagnostics channel, and what is between and around them.
// Arguments and work list as drive.mjs has them. Prints a Timing with `extra`: the median of each.
import { subscribe } from 'node:diagnostics_channel';
import { Network } from 'netplumb';
import { median } from '../statistics.mjs';
import { bridge, subnet } from './drive.mjs';
import { readWorkList, timeEach } from './timing.mjs';

/** @type {Map<string, number[]>} µs by name, in the order in which they are first seen */
const samples = new Map();
/** @param {string} name @param {number} us */
const note = (name, us) => samples.set(name, [...(samples.get(name) ?? []), us]);

/** @type {Map<string, number>} of the attach under way: steps that share a send are one */
let sends = new Map();
let jobMs = 0;
let firstStartMs = 0;
subscribe('netplumb:step', (message) => {
  const { operation, step, startMs, durationMs, together } =
    /** @type {import('../../../src/binding.js').StepEvent} */ (message);
  if (step === 0) firstStartMs = startMs;
  const name = together > 1 ? `send of ${together}, with ${operation}` : operation;
  if (!sends.has(`${startMs}`)) sends.set(`${startMs}`, durationMs);
  else return;
  note(name, durationMs * 1000);
});
subscribe('netplumb:job', (message) => {
  ({ durationMs: jobMs } = /** @type {{ durationMs: number }} */ (message));
});

const network = await Network.ensure({ name: bridge, subnets: [subnet], nat: false });
const containers = readWorkList();
await network.attach('warm-up');
await network.detach('warm-up', { wait: true });
samples.clear();
await timeEach(
  containers,
  async ({ name }) => {
    sends = new Map();
    const begun = performance.now();
    await network.attach(name);
    const total = performance.now() - begun;
    const inSteps = [...sends.values()].reduce((sum, ms) => sum + ms, 0);
    note('hop to the thread, until the first step', firstStartMs * 1000);
    note('between steps, and hop back', (jobMs - firstStartMs - inSteps) * 1000);
    note('JavaScript around the job', (total - jobMs) * 1000);
  },
  {
    extra: () => Object.fromEntries([...samples].map(([name, us]) => [`step ${name}_us`, median(us)])),
  },
);
await network.close();
