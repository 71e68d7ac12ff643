// Owns: what a JavaScript program is asked to do with published ports, from how it publishes some. Arguments: VERB BRIDGE GATEWAY SUBNET N;
// the work list of one container on standard input. It must not know how a port is published. Others' rules stand already.
import { readWorkList, timeEach } from './timing.mjs';

/** @typedef {{ hostPort: number, containerPort: number }} Port */
/** @typedef {{ hostPort: number, containerPort: number, range: number }} Range */
/** @typedef {import('./timing.mjs').Container} Container */

/** The first of those that are published, also known to scenarios/ports.mjs's reader. */
const FIRST = 20_000;

/**
 * @param {object} way each awaited
 * @param {(container: Container) => unknown} way.prepare makes what stands before the first port; untimed
 * @param {(ports: readonly Port[]) => unknown} way.publish all in one change, where there is such a thing
 * @param {(ports: readonly Port[]) => unknown} [way.unpublish]
 * @param {(range: Range) => unknown} [way.publishRange]
 * @param {() => unknown} [way.close]
 */
export async function drive({ prepare, publish, unpublish, publishRange, close }) {
  const [verb = '', , , , n = '1'] = process.argv.slice(2);
  const [container] = readWorkList();
  if (container === undefined) throw new Error('no container');
  const ports = Array.from({ length: Number(n) }, (_, i) => ({
    hostPort: FIRST + i,
    containerPort: 3000 + i,
  }));
  const each = ports.map((port) => [port]);
  await prepare(container);
  /** @type {Record<string, () => Promise<void>>} */
  const verbs = {
    publish: () => timeEach(each, publish),
    unpublish: async () => {
      for (const one of each) await publish(one);
      await timeEach(each, (one) => unpublish?.(one));
    },
    'publish-many': () => timeEach([ports], publish),
    'publish-range': () =>
      timeEach([{ hostPort: FIRST, containerPort: 3000, range: Number(n) }], (range) =>
        publishRange?.(range),
      ),
  };
  const wanted = verbs[verb];
  if (wanted === undefined) throw new Error(`unknown verb ${verb}`);
  await wanted();
  await close?.();
}
