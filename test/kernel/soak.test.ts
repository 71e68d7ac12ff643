// Attaching and detaching for long in one process: nothing grows. 300 containers, or as many as NETPLUMB_SOAK says.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { namedNamespaces } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName } from './surroundings.js';

const stage = networkStage();
const rounds = Number(process.env.NETPLUMB_SOAK ?? 300);
/** Fills the allocator's arenas, the executor's threads and the compiler's caches. */
const warmUp = Math.ceil(rounds / 3);
/** What a heap may differ by between two moments; 300 leaks of a page would be less than that, 2,000 leaks of 8 KiB more. */
const slackBytes = 16 * 2 ** 20;

/** What an executor keeps for the next job; they are no leak. */
const keptThreads = 4;

/** The name of each thread, and the namespace it is in. */
function threads(): { readonly name: string; readonly namespace: string }[] {
  return readdirSync('/proc/self/task').flatMap((task) => {
    try {
      const name = readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim();
      return [{ name, namespace: readlinkSync(`/proc/self/task/${task}/ns/net`) }];
    } catch {
      return []; // ended in the meantime
    }
  });
}

/** How many threads are the library's, and how many are not. */
function threadCounts(): { readonly own: number; readonly others: number } {
  const all = threads();
  const own = all.filter(({ name }) => name === 'netplumb').length;
  return { own, others: all.length - own };
}

function residentBytes(): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

it(`leaves nothing after ${rounds} containers`, { timeout: 60_000 + rounds * 500 }, async () => {
  const network = await stage.ensure({ nat: 'iptables' });
  const own = readlinkSync('/proc/self/ns/net');
  const name = namespaceName('soaked');
  async function churn(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await network.attach(name);
      await network.detach(name, { wait: i === count - 1 });
    }
  }
  const descriptors = () => readdirSync('/proc/self/fd').length;

  await churn(warmUp);
  const before = { host: everything(stage.host), named: namedNamespaces(), descriptors: descriptors() };
  const { others } = threadCounts();
  const resident = residentBytes();
  await churn(rounds - warmUp);
  expect({ host: everything(stage.host), named: namedNamespaces(), descriptors: descriptors() }).toEqual(
    before,
  );
  await expect.poll(() => threadCounts().own, { timeout: 10_000 }).toBeLessThanOrEqual(keptThreads);
  expect(threadCounts().others).toBeLessThanOrEqual(others);
  expect(new Set(threads().map(({ namespace }) => namespace))).toEqual(new Set([own]));
  expect(residentBytes() - resident).toBeLessThan(slackBytes);
});
