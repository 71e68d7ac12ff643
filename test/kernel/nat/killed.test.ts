// netplumb is killed in the middle of attaching, publishing, taking back and detaching: whenever, and at each boundary between two
// transactions. What is left is brought to exactly what the living containers need.
import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { Network } from '../../../src/network/network.js';
import { networkStage } from '../network-stage.js';
import { namespaceName } from '../surroundings.js';

const stage = networkStage();
const rounds = 6;

const program = `
import { Namespace, Network } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)};
const [path, name] = process.argv.slice(1);
const host = await Namespace.open({ path });
const net = await Network.open('br0', { host });
console.log('ready');
for (;;) {
  await net.attach(name, { publish: [{ hostPort: 8080, containerPort: 80 }, { hostPort: 9000, containerPort: 80, range: 9 }] });
  await net.publish(name, { hostPort: 8081, containerPort: 80 });
  await net.unpublish(name, { hostPort: 8080 });
  await net.detach(name);
}
`;

it('leaves nothing that reconciling does not mend, whenever it is killed', async () => {
  const network = await stage.ensure({ nat: 'iptables' });
  const keeper = namespaceName('keeper');
  await network.attach(keeper, { publish: { hostPort: 7000, containerPort: 70 } });
  const name = namespaceName('victim');
  for (let round = 0; round < rounds; round++) {
    const args = ['--input-type=module', '--eval', program, stage.host.path, name];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((fulfil) => child.once('close', fulfil));
    await new Promise((fulfil) => child.stdout.once('data', fulfil));
    await new Promise((fulfil) => setTimeout(fulfil, 15 + round * 17));
    child.kill('SIGKILL');
    await ended;
    await network.reconcile();
    const { containers } = await network.info();
    const wanted = containers.flatMap(({ published = [] }) => published.map(({ hostPort }) => hostPort));
    expect(wanted).toContain(7000);
    const standing = stage.host
      .iptables()
      .flatMap((line) => /--dport (\d+)(?::\d+)? -j DNAT/.exec(line)?.[1] ?? [])
      .map(Number);
    expect(standing.sort()).toEqual(wanted.sort());
    expect(await network.reconcile()).toEqual({ lines: [] });
    if (containers.some((one) => one.name === name)) await network.detach(name);
  }
});

// Counts transactions, and is killed before one is sent (an even boundary) or right after it was acknowledged (an odd one).
const counted = `
import { Namespace, Network } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)};
import { RestoreSession } from ${JSON.stringify(new URL('../../../dist/nat/index.js', import.meta.url).href)};
const [path, name, boundary] = process.argv.slice(1);
const plain = RestoreSession.prototype.transaction;
let passed = 0;
const pass = () => {
  if (passed++ === Number(boundary)) process.kill(process.pid, 'SIGKILL');
};
RestoreSession.prototype.transaction = async function (text) {
  pass();
  const result = await plain.call(this, text);
  pass();
  return result;
};
const host = await Namespace.open({ path });
const net = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/24'], host });
await net.attach(name, { publish: [{ hostPort: 8080, containerPort: 80 }, { hostPort: 9000, containerPort: 80, range: 9 }] });
await net.publish(name, { hostPort: 8081, containerPort: 80 });
await net.unpublish(name, { hostPort: 8080 });
await net.detach(name);
await net.attach(name, { publish: [{ hostPort: 8080, containerPort: 80 }] });
await net.remove();
console.log(passed);
`;

it('leaves exactly what living containers need, killed at any boundary between transactions', async () => {
  const beside = await stage.ensure({ nat: 'iptables', name: 'br1', subnets: ['172.17.0.0/24'] });
  const keeper = namespaceName('keeper');
  await beside.attach(keeper, { publish: { hostPort: 7000, containerPort: 70 } });
  const before = stage.host.iptables().sort();
  const name = namespaceName('victim');
  let boundaries = 0;
  for (let boundary = 0; ; boundary++) {
    const args = ['--input-type=module', '--eval', counted, stage.host.path, name, String(boundary)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    child.stdout.on('data', (data) => (told += data));
    const signal = await new Promise((fulfil) => child.once('close', (_, how) => fulfil(how)));
    if (signal === null) {
      boundaries = Number(told);
      break;
    }
    const standing = (await Network.list({ host: stage.ns })).some((one) => one.name === 'br0');
    if (standing) {
      const network = await stage.open();
      await network.reconcile();
      const { containers } = await network.info();
      const wanted = containers.flatMap(({ published = [] }) => published.map(({ hostPort }) => hostPort));
      expect([boundary, portsOf('172.16.0.')]).toEqual([boundary, wanted.sort()]);
      expect(await network.reconcile()).toEqual({ lines: [] });
      await network.gc({ keep: [] });
      expect([boundary, portsOf('172.16.0.')]).toEqual([boundary, []]);
      expect(await network.reconcile()).toEqual({ lines: [] });
      await network.remove();
    } else await beside.gc({ keep: [keeper] });
    expect([boundary, stage.host.iptables().sort()]).toEqual([boundary, before]);
  }
  expect(boundaries).toBeGreaterThanOrEqual(12); // each of six changes has two
  expect(stage.host.iptables().sort()).toEqual(before);
}, 180_000);

/** The ports of the host that lead to addresses that begin so. */
function portsOf(address: string): number[] {
  const rules = stage.host.iptables().filter((line) => line.includes(`--to-destination ${address}`));
  return rules
    .flatMap((line) => /--dport (\d+)/.exec(line)?.[1] ?? [])
    .map(Number)
    .sort();
}
