// Starts the fake iptables-restore the way a session starts the real one, and ends whatever a test left of it.
// Must not know what a test expects.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { RestoreSession, type RestoreSessionOptions, type Spawn } from '../../../src/nat/iptables/session.js';

/** How one process behaves from its start on. */
export interface FakeStart {
  /** Never answers anything. */
  readonly mute?: boolean;
  /** Flushes stdout only when 4,096 bytes are full. */
  readonly buffered?: boolean;
  /** Reads nothing before so long. */
  readonly greetMs?: number;
}

export const fakeProgram = fileURLToPath(
  new URL('../../fixtures/fake-iptables-restore.mjs', import.meta.url),
);

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

export interface Fake {
  readonly spawn: Spawn;
  readonly children: ChildProcess[];
  /** What was applied, a line per block. */
  applied(): string[];
}

/** A way to start fakes; the first start behaves as the first of `starts`, and so on, later ones plainly. */
export function fake(...starts: FakeStart[]): Fake {
  const folder = mkdtempSync(join(tmpdir(), 'netplumb-fake-'));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const children: ChildProcess[] = [];
  cleanups.push(() => {
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return {
    children,
    spawn: (_file, args, options) => {
      const start = JSON.stringify({ log, ...starts[children.length] });
      const child = spawn(process.execPath, [fakeProgram, start, ...args], options);
      children.push(child);
      return child;
    },
    applied: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
}

/** A session that is closed after the test. */
export function session(options: RestoreSessionOptions): RestoreSession {
  const made = new RestoreSession({ program: '/fake/iptables-restore', ...options });
  cleanups.unshift(() => made.close());
  return made;
}

/** A block of lines for table nat. */
export function block(...lines: string[]): string {
  return `*nat\n${lines.join('\n')}\nCOMMIT\n`;
}
