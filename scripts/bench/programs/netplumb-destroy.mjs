// What goes again, with the library. Arguments: BRIDGE SUBNET HOW; the work list on standard input, of which only the names are
// used. HOW is `create-destroy`: attach and detach in a loop, the total until the last link is gone; or `remove`: all are attached
// first, untimed, and one call removes them, whose time is shared out among them.
import { Network } from 'netplumb';
import { readWorkList, timeEach } from './timing.mjs';

const [bridge = '', subnet = '', how = ''] = process.argv.slice(2);
const containers = readWorkList();
const network = await Network.ensure({ name: bridge, subnets: [subnet], nat: false });

/** @type {Record<string, () => Promise<void>>} */
const ways = {
  'create-destroy': () =>
    timeEach(
      containers,
      async ({ name }) => {
        await network.attach(name);
        await network.detach(name);
      },
      () => network.close(),
    ),
  remove: async () => {
    for (const { name } of containers) await network.attach(name);
    const begin = process.hrtime.bigint();
    await network.remove();
    const total = Number(process.hrtime.bigint() - begin);
    const durations = new Array(containers.length).fill(Math.round(total / containers.length));
    process.stdout.write(`${JSON.stringify({ total_ns: total, durations_ns: durations })}\n`);
  },
};
const way = ways[how];
if (way === undefined) throw new Error(`no way to destroy: ${how}`);
await way();
