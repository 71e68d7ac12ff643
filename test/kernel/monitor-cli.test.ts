// `netplumb monitor`, as a user runs it: what it prints while `ip` changes things, and how it ends.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { netplumb, startNetplumb } from '../support/cli-stage.js';
import { createHost, type Host } from '../support/host.js';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Starts it, and changes something until it has told of it: then it listens. */
async function start(host: Host, ...args: string[]): Promise<{ child: ChildProcess; lines: Interface }> {
  const child = startNetplumb(['monitor', '--host', host.name, ...args]);
  running.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  let mtu = 1400;
  const timer = setInterval(() => host.run('ip', 'link', 'set', 'lo', 'mtu', String(mtu++)), 100);
  await once(lines, 'line');
  clearInterval(timer);
  return { child, lines };
}

async function ending(child: ChildProcess): Promise<unknown> {
  const [code, signal] = await once(child, 'exit');
  return { code, signal };
}

it('prints a line for each event, with names for indexes', async () => {
  const host = createHost();
  const { child, lines } = await start(host);
  const printed: string[] = [];
  lines.on('line', (line: string) => printed.push(line));
  host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
  host.run('ip', 'address', 'add', '10.9.0.1/24', 'dev', 'br0');
  host.run('ip', 'link', 'set', 'br0', 'up');
  host.run('ip', 'route', 'add', '10.8.0.0/16', 'via', '10.9.0.2', 'metric', '7');
  host.run('ip', 'link', 'del', 'br0');
  await expect.poll(() => printed.join('\n'), { timeout: 20_000 }).toMatch(/^Deleted link \d+: br0 /m);
  expect(printed.join('\n')).toMatch(/^link \d+: br0 <broadcast,multicast> kind bridge mtu 1500 state down/m);
  expect(printed).toContain('address 10.9.0.1/24 dev br0 scope global permanent');
  expect(printed).toContain('Deleted address 10.9.0.1/24 dev br0 scope global permanent');
  expect(printed).toContain(
    'route 10.8.0.0/16 via 10.9.0.2 dev br0 proto boot scope global metric 7 table main',
  );
  child.kill('SIGINT');
  expect(await ending(child)).toEqual({ code: 0, signal: null });
});

it('prints JSON lines, of the groups that were asked for only', async () => {
  const host = createHost();
  const { child, lines } = await start(host, '--json', 'link', 'route');
  host.run('ip', 'address', 'add', '10.9.0.1/32', 'dev', 'lo');
  host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
  const objects = new Set<string>();
  for await (const line of lines) {
    const event = JSON.parse(line);
    objects.add(event.object);
    if (event.value.name === 'br0') break;
  }
  expect([...objects].sort()).toEqual(['link', 'route']);
  child.kill('SIGTERM');
  expect(await ending(child)).toEqual({ code: 0, signal: null });
});

it('ends when whoever reads it leaves', async () => {
  const host = createHost();
  const { child } = await start(host);
  child.stdout?.destroy();
  const ended = ending(child);
  for (let mtu = 1300; child.exitCode === null && mtu < 1500; mtu++) {
    host.run('ip', 'link', 'set', 'lo', 'mtu', String(mtu));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await ended).toEqual({ code: 0, signal: null });
});

it('refuses a group that it does not know', async () => {
  const { exitCode, stderr } = await netplumb('monitor', 'links');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringMatching(/^netplumb: monitor: no group "links"; there are link, address/),
  });
});
