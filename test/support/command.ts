// Runs a program to its end for a test: arguments as given, no shell, output captured. Knows nothing of namespaces.
import { spawnSync } from 'node:child_process';

/** How a program ended and what it said. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** What it reads on stdin; closed without it. */
  readonly input?: string;
  /** After which it is killed; 20 s without it. */
  readonly timeoutMs?: number;
}

/** Runs a program and returns how it ended; throws only when it could not be started or hung. */
export function attempt(program: string, args: readonly string[], options: CommandOptions = {}): Ended {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: options.timeoutMs ?? 20_000,
    killSignal: 'SIGKILL',
    ...(options.input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input: options.input }),
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs a program that must succeed and returns its stdout. */
export function command(program: string, args: readonly string[], options?: CommandOptions): string {
  const { status, stdout, stderr } = attempt(program, args, options);
  if (status === 0) return stdout;
  throw new Error(`${[program, ...args].join(' ')}: exit code ${status}\n${stderr}${stdout}`);
}
