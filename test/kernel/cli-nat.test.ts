// NAT and ports as a user has them on the command line: published, flushed by somebody, put back by a watch; and with an environment that
// would have another program started.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND, run, Stage, startNetplumb } from '../support/cli-stage.js';
import { Host } from '../support/host.js';

const server = `require('node:http').createServer((_, answer) => answer.end('hello')).listen(80, () => console.log('ready'))`;

describe('a published port on the command line', () => {
  let stage: Stage;
  const endings: (() => unknown)[] = [];
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
    await stage.netplumb('down', 'br0');
    stage.clear();
  });

  async function succeeds(verb: string, ...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await stage.netplumb(verb, ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout;
  }

  /** What curl, or what does the same, hears from the internet's side within a second; empty where nothing answers. */
  async function curl(): Promise<string> {
    const script = `fetch('http://192.0.2.2:8080/', { signal: AbortSignal.timeout(1000) }).then((one) => one.text()).then(console.log, () => {})`;
    const inside = [`--net=${stage.internet.path}`, process.execPath, '--eval', script];
    return (await run('nsenter', ...inside)).stdout.trim();
  }

  function started(child: ChildProcess): Promise<unknown> {
    endings.push(() => {
      child.kill('SIGKILL');
      return new Promise((fulfil) => child.once('close', fulfil));
    });
    return new Promise((fulfil) => child.stdout?.once('data', fulfil));
  }

  it('answers from another namespace, and within a second again when somebody flushed the rules under a watch', async () => {
    const web = stage.container('web');
    await succeeds('up', 'br0', '--subnet', '172.16.0.0/24', web);
    const inside = [`--net=/run/netns/${web}`, process.execPath, '--eval', server];
    await started(spawn('nsenter', inside, { stdio: ['ignore', 'pipe', 'inherit'] }));
    expect(await curl()).toBe('');
    await succeeds('publish', 'br0', web, '8080:80');
    expect(await curl()).toBe('hello');
    stage.host.run('iptables', '-t', 'nat', '-F');
    expect(await curl()).toBe('');
    const watch = startNetplumb(['watch', 'br0', '--host', stage.host.name]);
    await started(watch); // it has put back what was missing when it began
    expect(await curl()).toBe('hello');
    const told = new Promise<number>((fulfil) => {
      watch.stdout?.once('data', () => fulfil(performance.now()));
    });
    const flushed = performance.now();
    stage.host.run('iptables', '-t', 'nat', '-F');
    const ms = (await told) - flushed;
    console.log(`put back ${Math.round(ms)} ms after the flush`);
    expect(ms).toBeLessThan(3_000); // a loaded machine; the promise is a second
    expect(await curl()).toBe('hello');
    expect(new Host(web).canPing('192.0.2.1')).toBe(true);
  });

  it('is made by the iptables of the machine, whatever PATH, LD_* and XTABLES_* say', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'netplumb-planted-'));
    endings.push(() => rmSync(directory, { recursive: true }));
    const mark = join(directory, 'mark');
    for (const name of ['iptables-restore', 'ip6tables-restore', 'iptables-nft-restore', 'nsenter'])
      writeFileSync(join(directory, name), `#!/bin/sh\ntouch ${mark}\nexit 1\n`, { mode: 0o755 });
    const planted = [
      `PATH=${directory}`,
      `XTABLES_LIBDIR=${directory}`,
      `XTABLES_LOCKFILE=${join(directory, 'lock')}`,
      `LD_LIBRARY_PATH=${directory}`,
    ];
    const web = stage.container('web');
    const words = ['up', 'br0', '--subnet', '172.16.0.0/24', '--host', stage.host.name, web];
    const up = await run('/usr/bin/env', ...planted, process.execPath, COMMAND, ...words);
    expect([up.exitCode, up.stderr]).toEqual([0, '']);
    const publish = ['publish', '--host', stage.host.name, 'br0', web, '8080:80'];
    const port = await run('/usr/bin/env', ...planted, process.execPath, COMMAND, ...publish);
    expect([port.exitCode, port.stderr]).toEqual([0, '']);
    expect(stage.rules.join('\n')).toContain('--dport 8080 -j DNAT --to-destination 172.16.0.2:80');
    expect((await run('ls', directory)).stdout).not.toContain('mark');
    expect((await run('ls', directory)).stdout).not.toContain('lock');
  });

  it('and a network have every option of the rules', async () => {
    const flags = [
      ...['--subnet', '172.16.0.0/24', '--subnet', 'fd00::/64', '--source-address', '192.0.2.2'],
      ...[
        '--nat-exclude',
        '10.0.0.0/8',
        '--nat-exclude',
        'fd00:9::/64',
        '--random-fully',
        '--nat6',
        'masquerade',
      ],
      ...['--open-routed', '--open-any-destination', '--open-from', 'br1'],
    ];
    await succeeds('up', 'br0', ...flags);
    const rules = [...stage.rules, ...stage.host.iptables(6)].join('\n');
    for (const line of [
      '-A NETPLUMB-br0 -s 172.16.0.0/24 -d 10.0.0.0/8 -j RETURN',
      '-A NETPLUMB-br0 -s 172.16.0.0/24 -j SNAT --to-source 192.0.2.2 --random-fully',
      '-A NETPLUMB-br0 -s fd00::/64 -d fd00:9::/64 -j RETURN',
      '-A NETPLUMB-br0 -s fd00::/64 -j MASQUERADE --random-fully',
      '-A NETPLUMB-br0/in -i br1 -j ACCEPT',
      '-A NETPLUMB-br0/in -j ACCEPT',
      '-A NETPLUMB-PREROUTING ! -d 127.0.0.0/8 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0/in',
    ])
      expect(rules).toContain(line);
    expect(await succeeds('up', 'br0', ...flags)).toContain('unchanged');
    const { exitCode, stderr } = await stage.netplumb(
      'up',
      'br0',
      '--subnet',
      '172.16.0.0/24',
      '--subnet',
      'fd00::/64',
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('rules is')]);
  });

  it.each([
    ['--source-address', 'x', /sourceAddresses\[0\]/],
    ['--nat-exclude', '10.0.0.1/8', /exclude\[0\]/],
    ['--nat6', 'both', /nat6/],
    ['--open-from', '-x', /open: from\[0\]/],
  ])('refuses %s %s before anything is made', async (flag, value, message) => {
    const { exitCode, stderr } = await stage.netplumb(
      'up',
      'br0',
      '--subnet',
      '172.16.0.0/24',
      `${flag}=${value}`,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stage.host.link('br0')).toBeUndefined();
  });
});
