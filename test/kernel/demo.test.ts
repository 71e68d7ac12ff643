// The demo: the story comes true, and nothing of it is left, however it ends.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { netplumb, startNetplumb } from '../support/cli-stage.js';

/** What the demo could leave on the machine. */
function machine(): Record<string, unknown> {
  const named = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  return {
    namespaces: named
      .split('\n')
      .map((line) => line.split(' ')[0])
      .filter((name) => /^container\d|^npdemo/.test(name ?? '')),
    links: execFileSync('ip', ['-o', '-br', 'link'], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.split(/[\s@]/)[0]),
    forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
  };
}

interface Report {
  readonly steps: readonly {
    title: string;
    shell: readonly string[];
    ms: number;
    result: readonly string[];
  }[];
  readonly netplumb: { processes: number; programs: readonly string[]; ms: number };
  readonly shell: { processes?: number; ms?: number; missing?: string };
}

describe('netplumb demo', () => {
  it('tells a story that comes true, with one process, and leaves nothing', async () => {
    const before = machine();
    const { exitCode, stdout, stderr } = await netplumb('demo', '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const report: Report = JSON.parse(stdout);
    const told = report.steps.flatMap(({ result }) => result).join('\n');
    for (const claim of [
      'no answer',
      'net.ipv4.ip_forward = 0',
      'no rule in table nat',
      '172.16.0.2',
      '203.0.113.1',
      'MASQUERADE',
    ])
      expect(told).toContain(claim);
    for (const { title, shell, ms } of report.steps) {
      expect(shell.length, title).toBeGreaterThan(0);
      expect(ms, title).toBeGreaterThan(0);
    }
    expect(report.netplumb.programs).toEqual(['iptables-restore']);
    expect(machine()).toEqual(before);
  });

  it('measures the shell way in the same run', async () => {
    const report: Report = JSON.parse((await netplumb('demo', '--json')).stdout);
    expect(report.shell.processes).toBeGreaterThan(30);
    expect(report.shell.ms).toBeGreaterThan(0);
  });

  it('fits a screen for people', async () => {
    const { stdout } = await netplumb('demo');
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(52);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('avoids names that are taken', async () => {
    execFileSync('ip', ['netns', 'add', 'container2']);
    try {
      const { exitCode, stdout } = await netplumb('demo');
      expect(exitCode).toBe(0);
      expect(stdout).toContain('container2-demo');
      expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).toMatch(/^container2\b(?!-)/m);
    } finally {
      execFileSync('ip', ['netns', 'del', 'container2']);
    }
  });

  it.each([
    ['SIGINT', 130, 'Three containers'],
    ['SIGTERM', 143, 'But not'],
    ['SIGINT', 130, 'to come again'],
    ['SIGTERM', 143, 'NAT table'],
  ] as const)('%s ends it with %i and leaves nothing, after "%s"', async (signal, expected, title) => {
    const before = machine();
    const child = startNetplumb(['demo']);
    let text = '';
    child.stdout?.on('data', (chunk) => {
      const heard = text.includes(title);
      text += String(chunk);
      if (!heard && text.includes(title)) child.kill(signal);
    });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(expected);
    expect(machine()).toEqual(before);
  });

  it('cleans up when its reader leaves', async () => {
    const before = machine();
    const child = startNetplumb(['demo']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    await new Promise((resolve) => child.once('exit', resolve));
    expect(machine()).toEqual(before);
  });
});
