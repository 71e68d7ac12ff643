// Owns: proof that a process of the bench is fed, read, and ended with its children.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../../scripts/bench/processes.mjs';

const sh = (script: string) => ({ file: '/bin/sh', args: ['-c', script] });

describe('run', () => {
  it('feeds standard input and resolves with standard output', async () => {
    expect(await run({ file: 'cat', args: [], input: 'work\n' })).toBe('work\n');
  });

  it('rejects with the exit code and what the process said', async () => {
    await expect(run(sh('echo no such bridge >&2; exit 3'))).rejects.toThrow(/exit code 3: no such bridge/);
  });

  it('tells neither in the command nor in what it said where the bench lies', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const path = `${root}scripts/bench/programs/no-such.mjs`;
    const failed = run({ file: '/bin/sh', args: ['-c', 'echo "no $0" >&2; exit 3', path] });
    await expect(failed).rejects.toThrow(
      /exit 3 scripts\/bench\/programs\/no-such\.mjs: exit code 3: no scripts\/bench\/programs\/no-such\.mjs$/,
    );
  });

  it('rejects when there is no such program', async () => {
    await expect(run({ file: '/nonexistent/ip', args: [] })).rejects.toThrow(/nonexistent/);
  });

  it('survives a process that does not read what it is fed', async () => {
    const input = 'x'.repeat(1 << 20);
    expect(await run({ ...sh('echo done'), input })).toBe('done\n');
  });

  it('ends a process that takes too long', async () => {
    await expect(run(sh('sleep 60'), { timeoutMs: 50 })).rejects.toThrow(/ended after 50 ms/);
  });

  it('ends the children too when interrupted, or the output would stay open', async () => {
    const interruption = new AbortController();
    const running = run(sh('sleep 60 & sleep 60'), { signal: interruption.signal, timeoutMs: 20_000 });
    const start = performance.now();
    await sleep(50);
    interruption.abort();
    await expect(running).rejects.toThrow(/interrupted/);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
