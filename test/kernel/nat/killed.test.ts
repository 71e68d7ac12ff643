// netplumb is killed in the middle of attaching, publishing, taking back and detaching; what is left is brought to exactly what the
// living container needs.
import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
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
