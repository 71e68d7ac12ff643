// The bench as a program: what it prints first and last, what it refuses, and that it leaves nothing behind, however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { attempt } from '../support/command.js';
import { namedNamespaces } from '../support/host.js';

const program = fileURLToPath(new URL('../../scripts/bench/run.mjs', import.meta.url));
const small = ['--scenario', 'attach-cold', '--n', '1', '--rounds', '3'];
const timeoutMs = 120_000;

/** A run of the bench, to its end. */
const bench = (...args: string[]) => attempt(process.execPath, [program, ...args], { timeoutMs });
const left = () => ({
  namespaces: namedNamespaces().filter((name) => name.startsWith('np-bench-')),
  files: readdirSync('/run').filter((name) => name.startsWith('np-bench-')),
});
/** What runs of others may have left on this machine. */
const before = left();

const folder = mkdtempSync(join(tmpdir(), 'netplumb-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(left()).toEqual(before));

describe('a run', { timeout: timeoutMs }, () => {
  it('compares what it is asked to with the floor, and keeps the figures', () => {
    const json = join(folder, 'figures.json');
    const { status, stdout, stderr } = bench(
      ...small,
      '--peers',
      'netplumb,ip-batch,shell-out',
      '--json',
      json,
      '--seed',
      '7',
    );
    expect(status, stderr).toBe(0);
    for (const way of ['netplumb', 'floor-tuned', 'ip-batch', 'shell-out'])
      expect(stdout).toMatch(new RegExp(`^│ ${way} +│ +\\d`, 'm'));
    expect(stdout).toMatch(/^netplumb is (NOT )?first/);
    expect(stdout).toContain('seed 7');
    const report = JSON.parse(readFileSync(json, 'utf8'));
    expect(
      report.results.map(({ implementation }: { implementation: string }) => implementation).sort(),
    ).toEqual(['floor-tuned', 'ip-batch', 'netplumb', 'shell-out']);
    expect(report.parts[0].order).toHaveLength(4);
    for (const { p50_us, rounds } of report.results) {
      expect(p50_us).toBeGreaterThan(0);
      expect(rounds).toBe(3);
    }
  });

  it('goes on without a rival that fails, and says what it said', () => {
    const broken = join(folder, 'bash');
    const script =
      '#!/bin/sh\n[ "$1" = --version ] && echo fake || { echo "broken on purpose" >&2; exit 3; }\n';
    writeFileSync(broken, script, { mode: 0o755 });
    const instead = 'mount --bind "$1" "$(realpath "$(command -v bash)")" && shift && exec "$@"';
    const run = [process.execPath, program, ...small, '--peers', 'netplumb,shell-script'];
    const { status, stdout, stderr } = attempt(
      'unshare',
      ['--mount', 'sh', '-c', instead, 'sh', broken, ...run],
      { timeoutMs },
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^shell-script: left out, failed in round 0: .*exit code 3: broken on purpose$/m);
    expect(stdout).toMatch(/^│ netplumb +│ +\d/m);
  });

  it('cleans up when it is interrupted, and ends with 1', async () => {
    const child = spawn(process.execPath, [program, ...small, '--n', '200', '--peers', 'netplumb'], {
      stdio: 'pipe',
    });
    const ended = once(child, 'exit');
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (!child.killed && said.includes('round 1 of 3')) child.kill('SIGINT');
    });
    expect(await ended).toEqual([1, null]);
    expect(said).toContain('bench: interrupted');
  });
});

describe('what another run left', { timeout: timeoutMs }, () => {
  it('is named and left alone, and removed with --clean', () => {
    // In a /run of its own: what others left on this machine is theirs.
    const twice = `mount -t tmpfs tmpfs /run && ip netns add np-bench-000000-host0
      "$@" && ls /run/netns && "$@" --clean && ls /run/netns`;
    const run = [process.execPath, program, ...small, '--peers', 'netplumb'];
    const { status, stdout, stderr } = attempt('unshare', ['--mount', 'sh', '-c', twice, 'sh', ...run], {
      timeoutMs,
    });
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/1 namespaces of another run stand \(np-bench-000000-host0\).*--clean/);
    expect(stderr).toMatch(/np-bench-000000-host0\): removed/);
    expect(stdout.match(/^np-bench-000000-host0$/gm)).toHaveLength(1);
  });
});

describe('refusals', () => {
  it.each([
    [['--scenario', 'nonsense'], 2, /--scenario: unknown name 'nonsense'; there is quick, attach/],
    [['--peers', 'docker'], 2, /--peers: unknown name 'docker'; there is netplumb/],
    [['--json', '/dev/null/file.json'], 1, /ENOTDIR|EEXIST/],
  ])('%j', (args, code, reason) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(code);
    expect(stderr).toMatch(reason);
  });

  it('says that it needs root', () => {
    const { status, stderr } = attempt('setpriv', [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      // The clone may be where only root reads.
      '--inh-caps=+dac_read_search',
      '--ambient-caps=+dac_read_search',
      process.execPath,
      program,
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/run it as root/);
  });
});
