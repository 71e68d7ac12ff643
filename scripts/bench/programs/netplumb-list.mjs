// A list of links, as the library reads it and as ip prints it, in turn, so that both have the same machine.
// Arguments: N PORTS. Prints a Timing of the synchronous call, with `extra`: the medians of the awaited call, of ip
// with its output read, and of all in the synchronous call but the step that is the kernel's dump.
import { execFileSync } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { Namespace } from 'netplumb';
import { median } from '../statistics.mjs';

const [n = 0, ports = 0] = process.argv.slice(2).map(Number);
const namespace = await Namespace.current();

let dumpMs = 0;
subscribe('netplumb:step', (step) => {
  ({ durationMs: dumpMs } = /** @type {{ durationMs: number }} */ (step));
});

/** @param {readonly { readonly master?: unknown }[]} links */
function check(links) {
  const found = links.filter(({ master }) => master !== undefined).length;
  if (found !== ports) throw new Error(`${found} ports were listed, not ${ports}`);
}

const printLinks = () => execFileSync('ip', ['-j', '-d', 'link'], { maxBuffer: 2 ** 28 });
check(JSON.parse(printLinks().toString()));

/** @type {{ sync: number[], async: number[], objects: number[], ip: number[] }} in ns */
const took = { sync: [], async: [], objects: [], ip: [] };
const ways = [
  async () => {
    const begun = process.hrtime.bigint();
    const links = namespace.links.listSync();
    const ns = Number(process.hrtime.bigint() - begun);
    took.sync.push(ns);
    took.objects.push(ns - dumpMs * 1e6);
    check(links);
  },
  async () => {
    const begun = process.hrtime.bigint();
    const links = await namespace.links.list();
    took.async.push(Number(process.hrtime.bigint() - begun));
    check(links);
  },
  async () => {
    const begun = process.hrtime.bigint();
    printLinks();
    took.ip.push(Number(process.hrtime.bigint() - begun));
  },
];
for (let i = 0; i < n; i++)
  for (let turn = 0; turn < ways.length; turn++) await ways[(i + turn) % ways.length]?.();

const us = (/** @type {readonly number[]} */ times) => median(times) / 1000;
const extra = { async_us: us(took.async), objects_us: us(took.objects), ip_us: us(took.ip) };
const total_ns = took.sync.reduce((sum, ns) => sum + ns, 0);
process.stdout.write(`${JSON.stringify({ total_ns, durations_ns: took.sync, extra })}\n`);
namespace.close();
