// operation.mjs OPERATION HOST PREFIX: does one operation in a process of its own, to be killed or given errors while it does.
// Says when it is ready, waits for a line, and prints how it ended as JSON.
import { readSync, writeSync } from 'node:fs';
import { Namespace, Network } from 'netplumb';

const [operation = '', hostName = '', prefix = ''] = process.argv.slice(2);
const host = await Namespace.open(hostName);
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

/** @param {'iptables' | false} nat @param {readonly string[]} subnets */
async function up(nat, subnets) {
  begin();
  const network = await Network.ensure({ name: 'br0', subnets, nat, host });
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
  'attach-many': () => within(async (network) => all(await network.attachMany(four))),
  detach: () => within((network) => network.detach(first, { wait: true })),
  'detach-brought': () => within((network) => network.detach(first, { wait: true })),
  'detach-many': () => within(async (network) => all(await network.detachMany(four.slice(0, 3)))),
  publish: () => within((network) => network.publish(first, ports)),
  unpublish: () => within((network) => network.unpublish(first)),
  pool: () => within((network) => fromPool(network, 'ahead')),
  'pool-late': () => within((network) => fromPool(network, 'late')),
  gc: () => within((network) => network.gc({ keep: [] })),
  up: () => up(false, ['10.9.0.0/24']),
  'up-nat': () => up('iptables', ['10.9.0.0/24', 'fd09::/64']),
  down: () => within((network) => network.remove()),
  'down-nat': () => within((network) => network.remove()),
};

const ports = /** @type {const} */ ([
  { hostPort: 8080, containerPort: 80 },
  { hostPort: 5000, containerPort: 53, protocol: 'udp' },
]);

/** @param {readonly import('netplumb').ManyResult<unknown>[]} results */
function all(results) {
  for (const { error } of results) if (error !== undefined) throw error;
}

/** Filled, used, filled again, and drained. @param {Network} network @param {'ahead' | 'late'} addresses */
async function fromPool(network, addresses) {
  const pool = await network.createPool({ size: 2, addresses });
  try {
    const { namespace } = await pool.attach(first, { named: true });
    namespace.close();
    await pool.ready();
    if (pool.depth < 2) throw pool.metrics().lastError;
  } finally {
    await pool.close();
  }
}

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
