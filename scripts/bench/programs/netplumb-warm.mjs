// A warm attach with the library. Arguments: BRIDGE SUBNET HOW, which is `sync`, `async` or `named` (async, and
// with a name below /run/netns); the work list on standard input, of which only the names are used. The pool is
// filled before. Namespaces that have no name get one after the last attach, so that the end state can be read.
import { once } from 'node:events';
import { Network } from 'netplumb';
import { readWorkList, timeEach } from './timing.mjs';

const [bridge = '', subnet = '', how = ''] = process.argv.slice(2);
const containers = readWorkList();
const network = await Network.ensure({ name: bridge, subnets: [subnet], nat: false });
const pool = await network.createPool({ size: containers.length });
/** @type {import('netplumb').PoolEndpoint[]} */
const given = [];

const named = { named: true };
/** @type {Record<string, (name: string) => unknown>} */
const ways = {
  sync: (name) => given.push(pool.attachSync(name)),
  async: async (name) => given.push(await pool.attach(name)),
  named: async (name) => given.push(await pool.attach(name, named)),
};
const attach = ways[how];
if (attach === undefined) throw new Error(`no way to attach: ${how}`);
await timeEach(containers, ({ name }) => /** @type {Promise<unknown>} */ (attach(name)));

const { hits } = pool.metrics();
if (hits !== containers.length) throw new Error(`${hits} of ${containers.length} were ready`);
await pool.close();
if (how !== 'named')
  for (const { name, namespace } of given) {
    const child = namespace.spawn('sh', ['-c', 'exec ip netns attach "$1" $$', 'sh', name], {
      stdio: 'inherit',
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`ip netns attach ${name} failed`);
  }
for (const { namespace } of given) namespace.close();
await network.close();
