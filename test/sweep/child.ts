// Runs operation.mjs, and from where it begins under strace(1): to see which system calls it makes, or to have one of them kill
// it or fail. strace attaches when Node has started and waits: that makes ten times as many calls as any operation.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What netplumb does to the kernel, and what it waits for; under all names that they have on one machine or another. */
export const calls = [
  'sendmsg',
  'recvmsg',
  'setns',
  'unshare',
  'mount',
  'umount2',
  'unlink',
  'unlinkat',
  'rename',
  'renameat',
  'renameat2',
  'mkdir',
  'mkdirat',
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
  /** The calls that were looked at, as strace prints them. */
  readonly trace: string;
}

const script = fileURLToPath(new URL('./operation.mjs', import.meta.url));
/** Far more than what is to be found out: an operation that waits for five seconds. */
const patienceMs = 25_000;

function textOf(stream: NodeJS.ReadableStream | null) {
  let text = '';
  const waiting: { readonly wanted: string; readonly found: () => void }[] = [];
  stream?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    for (const { wanted, found } of waiting) if (text.includes(wanted)) found();
  });
  return {
    now: () => text,
    /** Fulfils when the stream has said it, or ends. */
    says: (wanted: string) =>
      new Promise<void>((found) => {
        if (text.includes(wanted)) found();
        else waiting.push({ wanted, found });
        stream?.once('end', found);
      }),
  };
}

/**
 * @param options strace's
 * @param whenStopped what is done when a signal has stopped it, which goes on then
 */
async function strace(
  options: readonly string[],
  run: Run,
  whenStopped?: () => Promise<void>,
): Promise<Ending> {
  const child = spawn(process.execPath, [script, run.operation, run.host, run.prefix]);
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const stdout = textOf(child.stdout);
  const stderr = textOf(child.stderr);
  let hung = false;
  let tracer: ChildProcess | undefined;
  let goingOn: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
    tracer?.kill('SIGKILL');
  }, patienceMs);
  try {
    await stdout.says('ready\n');
    tracer = spawn('strace', ['-f', '-y', '-s', '8', ...options, '-p', String(child.pid)]);
    const traced = once(tracer, 'close');
    const trace = textOf(tracer.stderr);
    await trace.says('attached');
    child.stdin.on('error', () => undefined).end('\n');
    if (whenStopped !== undefined) {
      // Where it is never stopped the trace ends.
      await trace.says('stopped by SIGSTOP');
      await whenStopped();
      // Over and over, for each of its threads may be stopped by a call of its own.
      goingOn = setInterval(() => child.kill('SIGCONT'), 20);
    }
    const [code, signal] = await ended;
    await traced;
    const line = stdout.now().replace('ready\n', '').trim();
    const said = line === '' ? {} : { said: JSON.parse(line) };
    return { code, signal, stderr: stderr.now(), hung, trace: trace.now(), ...said };
  } finally {
    clearTimeout(timer);
    clearInterval(goingOn);
  }
}

/** The calls of a run that nothing disturbs. */
export async function trace(run: Run): Promise<string> {
  const ending = await strace(['-e', `trace=${calls.map(wherever).join()},execve`], run);
  if (ending.said?.ok !== true)
    throw new Error(`${run.operation} fails undisturbed: ${JSON.stringify(ending)}`);
  return ending.trace;
}

/**
 * @param what as strace's --inject takes it: `signal=KILL:when=3`, `error=EPERM:when=1+`; counted on each thread
 * @param path only calls on this file, and only those are counted
 */
export function inject(run: Run, call: Call, what: string, path?: string): Promise<Ending> {
  const only = path === undefined ? [] : ['-P', path];
  return strace(
    [...only, '-e', `trace=${wherever(call)},execve`, '-e', `inject=${wherever(call)}:${what}`],
    run,
  );
}

/** Has it stand still when it has made the call for that time, and `act` meanwhile. */
export function interrupt(run: Run, call: Call, when: number, act: () => Promise<void>): Promise<Ending> {
  const what = `inject=${wherever(call)}:signal=STOP:when=${when}`;
  return strace(['-e', `trace=${wherever(call)}`, '-e', what], run, act);
}

/** Not every machine has every call. */
function wherever(call: Call): string {
  return `?${call}`;
}
