// Owns: publishing ports of one container: one after the other among rules of others, and many at once. It must not know how. What stands
// afterwards is read by iptables-save and nft.
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';
import { onHost } from './measure-attach.mjs';

/** @typedef {import('./scenario.mjs').Scenario} Scenario */

const FIRST = 20_000;
const floor = 'netplumb';

/** @type {readonly Scenario[]} */
const oneByOne = ['publish', 'unpublish'].flatMap((verb) =>
  [0, 100, 2000].map((foreign) => ({
    name: `${verb}-beside-${foreign}`,
    command: verb,
    along: { family: verb, what: "others' rules", value: foreign },
    description: `${verb} N ports one after the other, each a change of its own, beside ${foreign} rules of others`,
    floor,
    targets: [],
    measure: measurePorts(verb, { foreign }),
  })),
);

/** @type {readonly Scenario[]} */
const together = [
  ...[1, 32, 1000].map((ports) => ({
    name: `publish-${ports}`,
    command: 'publish-many',
    along: { family: 'publish-at-once', what: 'ports at once', value: ports },
    description: `publish ${ports} ports at once, of one container where it may have so many (the library: 256)`,
    floor,
    targets: [],
    measure: measurePorts('publish-many', { ports }),
  })),
  {
    name: 'publish-range',
    description: 'publish a range of 1000 ports of a container',
    floor,
    targets: [],
    measure: measurePorts('publish-range', { ports: 1000 }),
  },
];

export const published = [...oneByOne, ...together];

/**
 * @param {string} verb
 * @param {{ foreign?: number, ports?: number }} what `ports`: so many in one change; else N, each in one
 * @returns {Scenario['measure']}
 */
function measurePorts(verb, { foreign = 0, ports }) {
  return (context) => {
    const plan = planContainers(context.session.name(''), 1);
    return onHost(context, plan, async (host, start) => {
      if (foreign > 0) {
        const rules = Array.from(
          { length: foreign },
          (_, i) => `-A OTHERS -s 10.${i >> 8}.${i & 255}.0/24 -j RETURN`,
        );
        const input = `*nat\n:OTHERS - [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
        await run(host.enter({ file: 'iptables-restore', args: ['--noflush'], input }));
      }
      const timed = readTiming(
        await start(verb, plan, ports ?? context.n),
        ports === undefined ? context.n : 1,
      );
      const stand = await portsIn(host);
      const last = FIRST + (ports ?? context.n) - 1;
      const wanted = verb !== 'unpublish';
      for (const port of [FIRST, last]) {
        if (stand.some(([from, to]) => from <= port && port <= to) !== wanted)
          throw new Error(`port ${port} is ${wanted ? 'not ' : ''}there`);
      }
      return { ...timed, endState: { queues: 0, ipv6: false, label: false, claims: 0 } };
    });
  };
}

/** Ports and ranges that any rule or map on the host speaks of. @param {import('../host.mjs').Host} host @returns {Promise<[number, number][]>} */
async function portsIn(host) {
  const rules = await run(host.enter({ file: 'iptables-save', args: ['-t', 'nat'] }));
  const maps = await run(host.enter({ file: 'nft', args: ['list', 'ruleset'] })).catch(() => '');
  const numbers = /(?<!\d)(2\d{4})(?:[:-](2\d{4}))?(?!\d)/g;
  return [...`${rules}\n${maps}`.matchAll(numbers)].map(([, from, to]) => [Number(from), Number(to ?? from)]);
}
