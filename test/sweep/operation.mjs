// operation.mjs OPERATION HOST PREFIX: does one operation in a process of its own, to be killed or given errors while it does.
// Says when it is ready, waits for a line, and prints how it ended as JSON.
import { readSync, writeSync } from 'node:fs';
import { Namespace, Network } from 'netplumb';

const [operation = '', hostName = '', prefix = ''] = process.argv.slice(2);
const host = await Namespace.open(hostName);
const named = { name: 'br0', subnets: ['10.9.0.0/24'], host };
const first = `${prefix}-1`;
const four = [1, 2, 3, 4].map((number) => `${prefix}-${number}`);

/** @param {(network: Network) => Promise<unknown>} act */
async function within(act) {
  const network = await Network.open('br0', { host });
  begin();
  try {
    await act(network);
  } finally {
    await network.close();
  }
}

/** @param {'iptables' | false} nat */
async function up(nat) {
  begin();
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

let started = 0;

// The JavaScript thread stands still until it is traced.
function begin() {
  writeSync(1, 'ready\n');
  readSync(0, Buffer.alloc(1));
  started = performance.now();
}

try {
  await operations[operation]?.();
  console.log(JSON.stringify({ ok: true, ms: performance.now() - started }));
} catch (error) {
  const { name, code, message } = /** @type {Error & { code?: string }} */ (error);
  console.log(JSON.stringify({ ok: false, name, code, message, ms: performance.now() - started }));
}
host.close();
