// Runs operation.mjs under strace(1): to see which system calls it makes, or to have one of them kill it or fail.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What netplumb does to the kernel, and what it waits for. */
export const calls = [
  'sendmsg',
  'recvmsg',
  'setns',
  'unshare',
  'mount',
  'umount2',
  'unlink',
  'mkdir',
  'fchmod',
  'flock',
  'write',
] as const;

export type Call = (typeof calls)[number];

export interface Run {
  readonly operation: string;
  readonly host: string;
  readonly prefix: string;
}

/** How the process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** What it printed before it ended; undefined where it could not. */
  readonly said?: {
    readonly ok: boolean;
    readonly name?: string;
    readonly code?: string;
    readonly message?: string;
    readonly ms: number;
  };
  readonly hung: boolean;
}

const script = fileURLToPath(new URL('./operation.mjs', import.meta.url));
/** Far more than what is to be found out: an operation that waits for five seconds. */
const patienceMs = 25_000;

async function strace(options: readonly string[], run: Run): Promise<Ending> {
  // Without --seccomp-bpf, with which strace 6.1 injects nothing after the first call.
  const quiet = ['-f', '-qq', '-s', '8', '-e', 'signal=none'];
  const child = spawn(
    'strace',
    [...quiet, ...options, process.execPath, script, run.operation, run.host, run.prefix],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, patienceMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  const line = stdout.trim();
  return { code, signal, stderr, hung, ...(line !== '' && { said: JSON.parse(line) }) };
}

/** The trace of a run that nothing disturbs. */
export async function trace(run: Run): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'netplumb-sweep-'));
  const file = join(directory, 'trace');
  try {
    const marks = 'execve,access,faccessat,faccessat2';
    const ending = await strace(['-o', file, '-e', `trace=${calls.join()},${marks}`], run);
    if (ending.said?.ok !== true)
      throw new Error(`${run.operation} fails undisturbed: ${JSON.stringify(ending)}`);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * @param what as strace's --inject takes it: `signal=KILL:when=3`, `error=EPERM:when=1+`
 * @param path only calls on this file, and only those are counted
 */
export function inject(run: Run, call: Call, what: string, path?: string): Promise<Ending> {
  const only = path === undefined ? [] : ['-P', path];
  return strace(['-o', '/dev/null', ...only, '-e', `trace=${call}`, '-e', `inject=${call}:${what}`], run);
}
