// Owns: single requests, one after the other, on a host of their own: on an empty one, or among as many links as a bridge takes. It must
// not know how they are made.
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { onHost } from './measure-attach.mjs';
import { PORTS, plugPorts } from './ports.mjs';

/** @typedef {import('./scenario.mjs').Scenario} Scenario */

const TARGET = 'br0';
const plan = { bridge: TARGET, gateway: '', prefix: 0, subnet: '', containers: [] };

/**
 * What must stand afterwards: `ip` prints a list, of which so many.
 * @typedef {{ ip: readonly string[], filter: (one: Record<string, unknown>) => boolean, many: (n: number) => number }} Expected
 */

/** @param {unknown} value */
const isOurs = (value) => typeof value === 'string' && value.startsWith('10.1.');

/** @type {Readonly<Record<string, { description: string, ports?: number, expected?: Expected }>>} */
const requests = {
  'link-add': {
    description: 'add N bridges, one request each',
    expected: { ip: ['link'], filter: ({ ifname }) => /^op\d/.test(String(ifname)), many: (n) => n },
  },
  'link-set': { description: 'set a link up and down in turn, N times' },
  'address-add': {
    description: 'add N addresses to a link',
    expected: {
      ip: ['-4', 'route', 'show', 'table', 'local'],
      filter: ({ dst }) => isOurs(dst),
      many: (n) => n,
    },
  },
  'route-add': {
    description: 'add N routes by a link',
    expected: { ip: ['route'], filter: ({ dst }) => isOurs(dst), many: (n) => n },
  },
  'link-get': { description: `look up one of ${PORTS} bridge ports by its name, N times`, ports: PORTS },
  'links-list': { description: `list the ${PORTS} ports of a bridge, N times`, ports: PORTS },
};

/** @type {readonly Scenario[]} */
export const operations = Object.entries(requests).map(([name, { description, ports = 0, expected }]) => ({
  name,
  description,
  floor: 'netplumb',
  targets: [],
  measure: (context) =>
    onHost(
      { ...context, implementation: { ...context.implementation, bridge: 'own' } },
      plan,
      async (host, start) => {
        const { session, n } = context;
        await host.ip([`link add ${TARGET} type bridge`, `link set ${TARGET} up`]);
        if (ports > 0)
          await plugPorts(host, await Host.create(session.name('peers'), EMPTY), TARGET, session.signal);
        const timed = readTiming(await start(name, plan, n), n);
        if (expected !== undefined) await expectToStand(host, expected, n);
        return { ...timed, endState: NOTHING };
      },
    ),
}));

const EMPTY = /** @type {const} */ ({ style: 'own', bridge: '', gateway: '', prefix: 0 });
const NOTHING = { queues: 0, ipv6: false, label: false, claims: 0 };

/** @param {Host} host @param {Expected} expected @param {number} n */
async function expectToStand(host, { ip, filter, many }, n) {
  const printed = await run({ file: 'ip', args: ['-n', host.name, '-j', ...ip] });
  /** @type {Record<string, unknown>[]} */
  const found = JSON.parse(printed).filter(filter);
  if (found.length !== many(n)) throw new Error(`${found.length} stand, not ${many(n)}`);
}
