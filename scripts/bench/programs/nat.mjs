// What NAT costs, inside the host namespace of a round: one rule by a process against one by the session, ports one by one and 200 at
// once, an attach with ports against a plain one. Prints samples in microseconds; who compares them is not known here.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Namespace, Network } from '../../../dist/index.js';
import { RestoreSession } from '../../../dist/nat/iptables/session.js';
import { sessions } from '../../../dist/nat/iptables/sessions.js';

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

/** The machine's own variant. */
async function networks() {
  const host = await Namespace.current();
  const net = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/16'], host });
  const name = (/** @type {string} */ what) => `${process.argv[4]}${what}`;
  await net.attach(name('web'));
  const ports = (/** @type {number} */ first) =>
    Array.from({ length: 8 }, (_, i) => ({ hostPort: first + i, containerPort: 80 }));
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < 3; i++) {
      const [plain, full, churned] = ['p', 'f', 'c'].map((kind) => name(`${kind}${i}`));
      await timed('attach, plain', round, () => net.attach(plain ?? ''));
      await timed('attach with 8 ports, after appends', round, () =>
        net.attach(full ?? '', { publish: ports(10_000 + i * 8) }),
      );
      await net.detach(full ?? '');
      await timed('attach with 8 ports, after a detach with ports', round, () =>
        net.attach(churned ?? '', { publish: ports(10_000 + i * 8) }),
      );
      await net.detach(churned ?? '');
      await net.detach(plain ?? '');
    }
    await timed('publish one port', round, () =>
      net.publish(name('web'), { hostPort: 9000, containerPort: 80 }),
    );
    await net.unpublish(name('web'));
    await new Promise((fulfil) => setTimeout(fulfil, 30));
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
const together = await networks();
console.log(JSON.stringify({ samples, together }));
