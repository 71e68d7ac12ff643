// What NAT costs, inside the host namespace of a round: one rule by a process against one by the session, one element by libnftables against
// one by the addon, ports one by one and 200 at once, an attach with ports against a plain one, in both backends. Prints samples in microseconds; who compares them is not known here.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binding } from '../../../dist/binding.js';
import { Namespace, Network } from '../../../dist/index.js';
import { networkIntent } from '../../../dist/nat/intent.js';
import { RestoreSession } from '../../../dist/nat/iptables/session.js';
import { sessions } from '../../../dist/nat/iptables/sessions.js';
import { portElements } from '../../../dist/nat/nftables/elements.js';
import { messagesOf } from '../../../dist/nat/nftables/messages.js';

const [rounds = 10, each = 10] = process.argv.slice(2).map(Number);
const run = promisify(execFile);
/** @type {Record<string, number[][]>} by name, a list of samples for each round */
const samples = {};

/** @param {string} name @param {number} round @param {() => Promise<unknown>} work */
async function timed(name, round, work) {
  const begun = process.hrtime.bigint();
  await work();
  const us = Number(process.hrtime.bigint() - begun) / 1000;
  if (round === 0) return; // to warm up
  samples[name] ??= [];
  samples[name][round - 1] ??= [];
  samples[name][round - 1]?.push(us);
}

/** @param {'nft' | 'legacy'} variant @param {number} foreign rules of others that stand */
async function rules(variant, foreign) {
  const program = `/usr/sbin/iptables-${variant}`;
  const beside = foreign === 0 ? variant : `${variant} beside ${foreign}`;
  const session = new RestoreSession({ program: `${program}-restore` });
  await session.transaction('*nat\n:BENCH - [0:0]\n:OTHERS - [0:0]\nCOMMIT\n');
  const others = Array.from(
    { length: foreign },
    (_, i) => `-A OTHERS -s 10.${i >> 8}.${i & 255}.0/24 -j RETURN\n`,
  );
  if (foreign > 0) await session.transaction(`*nat\n${others.join('')}COMMIT\n`);
  const rule = [
    '-d',
    '192.0.2.2/32',
    '-p',
    'tcp',
    '-m',
    'tcp',
    '--dport',
    '8080',
    '-j',
    'DNAT',
    '--to-destination',
    '172.16.0.2:80',
  ];
  const text = `*nat\n-A BENCH ${rule.join(' ')}\nCOMMIT\n`;
  const ways = {
    [`one rule, execFile iptables, ${beside}`]: () =>
      run(program, ['-w', '5', '-t', 'nat', '-A', 'BENCH', ...rule]),
    [`one rule, session, ${beside}`]: () => session.transaction(text),
  };
  for (let round = 0; round <= rounds; round++) {
    const order = Object.entries(ways);
    if (round % 2 === 1) order.reverse();
    for (const [name, work] of order) {
      for (let i = 0; i < each; i++) await timed(name, round, work);
      await session.transaction('*nat\n-F BENCH\nCOMMIT\n');
      await new Promise((fulfil) => setTimeout(fulfil, 30)); // whoever adds after a delete would wait for it
    }
  }
  await session.transaction('*nat\n-F BENCH\n-X BENCH\n-F OTHERS\n-X OTHERS\nCOMMIT\n');
  await session.close();
}

/** @param {string} name @param {number} round @param {readonly number[]} us */
function keep(name, round, us) {
  if (round === 0) return;
  samples[name] ??= [];
  samples[name][round - 1] = [...(samples[name][round - 1] ?? []), ...us];
}

/**
 * One port of the nf_tables backend, on the calling thread: what the backend makes of it, encoded, sent and acknowledged; against the same
 * element given to libnftables as text. Which of them goes first alternates.
 * @param {string} libnftables its program
 */
async function elements(libnftables) {
  const host = await Namespace.current();
  const net = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/16'], nat: 'nftables', host });
  const intent = networkIntent('br0', ['172.16.0.0/16']);
  const web = { container: 'web', addresses: ['172.16.0.2'] };
  /** @param {number} hostPort @param {number} range @param {'add' | 'remove'} verb */
  const change = (hostPort, range, verb) => {
    const port = /** @type {const} */ ({ protocol: 'tcp', hostPort, containerPort: 80, range });
    const changes = [
      /** @type {const} */ ({ kind: 'elements', verb, elements: portElements(intent, web, [port]) }),
    ];
    const step = /** @type {const} */ ({ do: 'transaction', operation: 'nftables.change', slot: 0 });
    const steps = [{ ...step, messages: messagesOf(changes) }];
    const result = binding.runSync({ slots: [host.handle], steps, undo: false });
    if (result.failure !== undefined) throw new Error(`${result.failure.operation}: ${result.failure.code}`);
  };
  /** @param {() => void} work */
  const us = (work) => {
    const begun = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - begun) / 1000;
  };
  /** @param {number} first @param {number} count */
  const some = (first, count) =>
    Array.from({ length: count }, (_, i) => us(() => change(first + i, 1, 'add')));
  const count = each * 5;
  const ours = async (/** @type {number} */ round) => {
    keep('one port, addon', round, some(1_000, count));
    for (let i = 0; i < count; i++) change(1_000 + i, 1, 'remove');
  };
  const theirs = async (/** @type {number} */ round) => {
    const child = run(libnftables, ['publish', 'br0', '172.16.0.1', '172.16.0.0/16', String(count)]);
    child.child.stdin?.end('web 172.16.0.2\n');
    const { durations_ns } = JSON.parse((await child).stdout);
    keep(
      'one port, libnftables',
      round,
      durations_ns.map((/** @type {number} */ ns) => ns / 1000),
    );
    await run('nft', ['delete', 'table', 'ip', 'bench']);
  };
  for (let round = 0; round <= rounds; round++) {
    const order = libnftables === '' ? [ours] : [ours, theirs];
    if (round % 2 === 1) order.reverse();
    for (const work of order) await work(round);
    some(2_000, 10);
    keep('one port, addon, beside 10', round, some(2_010, each));
    some(2_010 + each, 990 - each);
    keep('one port, addon, beside 1000', round, some(3_000, each));
    for (let i = 0; i < 1_000 + each; i++) change(2_000 + i, 1, 'remove');
    keep('1000 ports as a range, addon', round, [us(() => change(30_000, 1_000, 'add'))]);
    change(30_000, 1_000, 'remove');
  }
  await net.remove();
  host.close();
}

/** @param {'iptables' | 'nftables'} nat iptables: the machine's own variant */
async function networks(nat) {
  const by = nat === 'nftables' ? ', nf_tables' : '';
  const host = await Namespace.current();
  const net = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/16'], nat, host });
  const name = (/** @type {string} */ what) => `${process.argv[4]}${nat === 'nftables' ? 'n' : ''}${what}`;
  await net.attach(name('web'));
  const ports = (/** @type {number} */ first) =>
    Array.from({ length: 8 }, (_, i) => ({ hostPort: first + i, containerPort: 80 }));
  // What is detached is deleted a tenth of a second later, and whoever attaches meanwhile waits for that.
  const settled = () => new Promise((fulfil) => setTimeout(fulfil, 200));
  const ways = /** @type {const} */ ({
    'attach, plain': () => net.attach(name('p')),
    'attach with 8 ports': () => net.attach(name('p'), { publish: ports(10_000) }),
  });
  for (let round = 0; round <= rounds; round++) {
    for (const churn of [false, true]) {
      const order = Object.entries(ways);
      if (round % 2 === 1) order.reverse();
      for (const [way, attach] of [...order, ...order]) {
        if (churn) await net.attach(name('c'), { publish: ports(11_000) });
        await settled();
        if (churn) await net.detach(name('c'));
        await timed(`${way}${churn ? ', after a detach with ports' : ''}${by}`, round, attach);
        await net.detach(name('p'));
      }
    }
    await settled();
    await timed(`publish one port${by}`, round, () =>
      net.publish(name('web'), { hostPort: 9000, containerPort: 80 }),
    );
    await net.unpublish(name('web'));
  }
  if (nat === 'nftables') {
    await net.remove();
    host.close();
    return undefined;
  }
  const lease = sessions.acquire({ inode: host.inode, spawn: host.spawn });
  const before = lease.session.exchanges;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      net.publish(name('web'), { hostPort: 20_000 + i, containerPort: 80 }),
    ),
  );
  const together = {
    publishes: 200,
    transactions: lease.session.exchanges - before,
    ms: performance.now() - begun,
  };
  await lease.release();
  await net.remove();
  host.close();
  return together;
}

for (const [variant, foreign] of /** @type {const} */ ([
  ['nft', 0],
  ['legacy', 0],
  ['nft', 2_000],
  ['legacy', 2_000],
]))
  await rules(variant, foreign);
const together = await networks('iptables');
await elements(process.argv[5] ?? '');
await networks('nftables');
console.log(JSON.stringify({ samples, together }));
