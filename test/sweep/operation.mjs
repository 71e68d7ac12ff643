// operation.mjs OPERATION HOST PREFIX: does one operation in a process of its own, to be killed or given errors while it does.
// Prints how it ended as JSON. A mark in the system call trace, the name of a file that is not there, tells where it begins.
import { accessSync } from 'node:fs';
import { Namespace, Network } from 'netplumb';

const [operation = '', hostName = '', prefix = ''] = process.argv.slice(2);
const host = await Namespace.open(hostName);
const named = { name: 'br0', subnets: ['10.9.0.0/24'], host };
const first = `${prefix}-1`;
const four = [1, 2, 3, 4].map((number) => `${prefix}-${number}`);

/** @param {(network: Network) => Promise<unknown>} act */
async function within(act) {
  const network = await Network.open('br0', { host });
  mark();
  try {
    await act(network);
  } finally {
    await network.close();
  }
}

/** @param {'iptables' | false} nat */
async function up(nat) {
  mark();
  const network = await Network.ensure({ ...named, nat });
  try {
    await network.attach(first);
  } finally {
    await network.close();
  }
}

/** @type {Record<string, () => Promise<unknown>>} */
const operations = {
  attach: () => within((network) => network.attach(first)),
  'attach-brought': () => within((network) => network.attach(first, { namespace: first })),
  'attach-many': () => within((network) => Promise.all(four.map((name) => network.attach(name)))),
  detach: () => within((network) => network.detach(first, { wait: true })),
  'detach-brought': () => within((network) => network.detach(first, { wait: true })),
  gc: () => within((network) => network.gc({ keep: [] })),
  up: () => up(false),
  'up-nat': () => up('iptables'),
  down: () => within((network) => network.remove()),
  'down-nat': () => within((network) => network.remove()),
};

function mark() {
  try {
    accessSync('/mark/begin');
  } catch {}
}

const started = performance.now();
try {
  await operations[operation]?.();
  console.log(JSON.stringify({ ok: true, ms: performance.now() - started }));
} catch (error) {
  const { name, code, message } = /** @type {Error & { code?: string }} */ (error);
  console.log(JSON.stringify({ ok: false, name, code, message, ms: performance.now() - started }));
}
host.close();
