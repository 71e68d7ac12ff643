// What many attaches cost the process that asks for them: how long its event loop is held up, and what it keeps of each.
// Arguments: BRIDGE SUBNET; the work list on standard input. Prints a Timing with `extra`. Run with --expose-gc.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { Network } from 'netplumb';
import { median } from '../statistics.mjs';
import { watchLateness } from './lateness.mjs';
import { printTiming, readWorkList } from './timing.mjs';

const execute = promisify(execFile);
const [bridge = '', subnet = ''] = process.argv.slice(2);
const containers = readWorkList();
const network = await Network.ensure({ name: bridge, subnets: [subnet], nat: false });

/** What the process holds once what is garbage has gone. */
async function held() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { bytes: heapUsed + external, rss, descriptors: readdirSync('/proc/self/fd').length };
}

/** The time of one process, as a caller who shells out sees it. */
async function processUs() {
  const times = [];
  for (let i = 0; i < 20; i++) {
    const begun = performance.now();
    await execute('ip', ['link', 'show', 'lo']);
    times.push((performance.now() - begun) * 1000);
  }
  return median(times);
}

const names = containers.map(({ name }) => name);
const warmUp = names.splice(0, Math.min(100, Math.floor(names.length / 10)));
await network.attachMany(warmUp);
const ipLinkUs = await processUs();
const before = await held();
const lateness = watchLateness();
const begun = process.hrtime.bigint();
const durations = new Array(containers.length).fill(1);
const kept = await network.attachMany(names);
const total = Number(process.hrtime.bigint() - begun);
const late = lateness();
const after = await held();
const failed = kept.filter(({ error }) => error !== undefined);
if (failed.length > 0) throw failed[0]?.error;

// Warm ones too: their namespaces are the caller's to hold, so they are what costs descriptors.
const size = 100;
// On a network of their own: a bridge takes 1,023 ports, and this one may have a thousand.
const other = await Network.ensure({ name: 'npwarm', subnets: ['172.31.0.0/24'], nat: false });
const ground = await held();
const pool = await other.createPool({ size });
const full = await held();
const given = [];
for (let i = 0; i < size; i++) given.push(pool.attachSync(`warm${i}`));
await pool.close();
const taken = await held();

const each = (/** @type {number} */ difference, /** @type {number} */ n) => Math.max(0, difference) / n;
const extra = {
  ...late,
  ip_link_us: ipLinkUs,
  bytes_each: each(after.bytes - before.bytes, names.length),
  rss_bytes_each: each(after.rss - before.rss, names.length),
  descriptors_each: each(after.descriptors - before.descriptors, names.length),
  pool_bytes_each: each(full.bytes - ground.bytes, size),
  pool_descriptors_each: each(full.descriptors - ground.descriptors, size),
  warm_bytes_each: each(taken.bytes - ground.bytes, size),
  warm_descriptors_each: each(taken.descriptors - ground.descriptors, size),
};
durations.fill(Math.round(total / names.length));
printTiming(total, durations, extra);
await other.remove();
for (const { namespace } of given) namespace.close();
await network.close();
