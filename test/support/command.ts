// Runs a program to its end for a test: arguments as given, no shell, output captured. Knows nothing of namespaces.
import { spawnSync } from 'node:child_process';

/** How a program ended and what it said. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and returns how it ended; throws only when it could not be started or hung for 20 s. */
export function attempt(program: string, args: readonly string[], input?: string): Ended {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 20_000,
    killSignal: 'SIGKILL',
    ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs a program that must succeed and returns its stdout. */
export function command(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = attempt(program, args, input);
  if (status === 0) return stdout;
  throw new Error(`${[program, ...args].join(' ')}: exit code ${status}\n${stderr}${stdout}`);
}
