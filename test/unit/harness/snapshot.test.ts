// The leak guard must see what leaks: here on purpose, and mended at once.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { differences, takeSnapshot } from '../../support/snapshot.js';

/** What the guard says of a leak. */
async function saidOf(leak: () => Promise<() => unknown>): Promise<string> {
  const before = takeSnapshot();
  const mend = await leak();
  const said = differences(before, takeSnapshot()).join('\n');
  await mend();
  return said;
}

describe('the leak guard', () => {
  it('sees nothing where nothing is left', async () => {
    expect(await saidOf(async () => () => {})).toBe('');
  });

  it('sees a descriptor', async () => {
    const leak = async () => {
      const fd = openSync('/etc/hostname', 'r');
      return () => closeSync(fd);
    };
    expect(await saidOf(leak)).toContain('left behind: descriptor of /etc/hostname');
  });

  it('sees a second descriptor of the same file', async () => {
    const first = openSync('/etc/hostname', 'r');
    const leak = async () => {
      const fd = openSync('/etc/hostname', 'r');
      return () => closeSync(fd);
    };
    expect(await saidOf(leak)).toContain('left behind: descriptor of /etc/hostname');
    closeSync(first);
  });

  it('sees a child process', async () => {
    const leak = async () => {
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      return () => child.kill();
    };
    expect(await saidOf(leak)).toMatch(/left behind: child process \d+ \(/);
  });

  it('sees a worker thread', async () => {
    const leak = async () => {
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      await new Promise((resolve) => worker.once('online', resolve));
      return () => worker.terminate();
    };
    expect(await saidOf(leak)).toContain('left behind: thread ');
  });

  it('sees what changes in the machine’s own network, appearing or going', () => {
    const before = new Map([['machine link eth0', 1]]);
    expect(differences(before, new Map([['machine link br0', 1]]))).toEqual([
      'left behind: machine link br0',
      'gone: machine link eth0',
    ]);
  });
});
