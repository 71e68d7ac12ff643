// Owns: what a JavaScript program is asked to do with containers, from how it attaches and detaches one. Arguments: VERB BRIDGE
// GATEWAY SUBNET CALLERS; the work list on standard input. It must not know how a container is attached.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchLateness } from './lateness.mjs';
import { readWorkList, timeEach, timeTogether } from './timing.mjs';

/** @typedef {import('./timing.mjs').Container} Container */

export const [verb = '', bridge = '', gateway = '', subnet = '', parameter = '1'] = process.argv.slice(2);

/**
 * @param {object} way
 * @param {(container: Container) => unknown} way.attach awaited, as the others are
 * @param {(container: Container) => unknown} way.detach what belongs to the container may go later
 * @param {(containers: readonly Container[]) => Promise<unknown>} [way.removeAll] by default each is detached
 * @param {() => Promise<unknown>} [way.makeNetwork] the bridge with its address, NAT for what is on it, and forwarding, where attaching does not
 * @param {() => Promise<unknown>} [way.gone] resolves when what was detached is gone; by default, when no link is left but the bridge
 * @param {number} [way.callers] how many attach at a time where nothing else is asked for; 1 by default
 */
export async function drive({ attach, detach, removeAll, makeNetwork, gone = onlyTheBridge, callers = 1 }) {
  const containers = readWorkList();
  const attachAll = async () => {
    for (const container of containers) await attach(container);
  };
  const finish = gone;
  /** @type {Record<string, () => Promise<void>>} */
  const verbs = {
    'attach-cold': () => timeEach(containers, attach, { callers }),
    concurrent: () => timeEach(containers, attach, { callers: Number(parameter) }),
    'event-loop-delay': async () => {
      const stop = watchLateness();
      await timeEach(containers, attach, { callers, extra: stop });
    },
    'create-destroy': () =>
      timeEach(
        containers,
        async (container) => {
          await attach(container);
          await detach(container);
        },
        { callers, finish },
      ),
    story: () =>
      timeTogether(containers.length, async () => {
        await makeNetwork?.();
        await attachAll();
      }),
    detach: async () => {
      await attachAll();
      await timeEach(containers, detach, { callers, finish });
    },
    'tear-down': async () => {
      await attachAll();
      await timeTogether(containers.length, async () => {
        if (removeAll !== undefined) await removeAll(containers);
        else for (const container of containers) await detach(container);
        await gone();
      });
    },
  };
  const wanted = verbs[verb];
  if (wanted === undefined) throw new Error(`unknown verb ${verb}`);
  await wanted();
}

/** Looks into /proc, for /sys shows the namespace it was mounted in. */
async function onlyTheBridge() {
  for (;;) {
    const lines = readFileSync('/proc/thread-self/net/dev', 'utf8').trimEnd().split('\n').slice(2);
    const left = lines.map((line) => line.split(':')[0]?.trim() ?? '');
    if (left.every((name) => name === 'lo' || name === bridge)) return;
    await sleep(1);
  }
}
