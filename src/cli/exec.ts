// `netplumb exec`: a command in a container's network namespace, as transparent as a wrapper can be.
// Only the network namespace changes; mounts, users and processes are the caller's.
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { Namespace } from '../index.js';
import { shellWord } from '../shell-word.js';
import { Explainer } from './explain.js';
import { EXIT_OK, failureLine, oneLine, UsageError } from './failure.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

/** What shells answer for a command that could not be started, so that scripts need no special case for us. */
const EXIT_NOT_FOUND = 127;
const EXIT_NOT_EXECUTABLE = 126;

const FORWARDED: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGINT',
  'SIGQUIT',
  'SIGWINCH',
  'SIGCONT',
];
/** A terminal sends these to its whole foreground group: the child has them already. */
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGINT', 'SIGQUIT', 'SIGWINCH']);

/** Runs `argv` in the namespace `container` and resolves with the exit code to pass on. */
export async function exec(
  container: string,
  argv: readonly string[],
  options: CommonOptions,
): Promise<number> {
  // with options passed through, the separator stands among the words
  const [command, ...args] = argv[0] === '--' ? argv.slice(1) : argv;
  if (command === undefined || command === '') throw new UsageError('exec: no command given');
  // stdout is the command's own, unless it does not run
  const explainer = new Explainer(
    new Output({ sink: options.dryRun === true ? process.stdout : process.stderr }),
    options,
  );
  const namespace = await Namespace.open(container);
  try {
    const line = ['ip', 'netns', 'exec', container, command, ...args].map(shellWord).join(' ');
    const exitCode = await explainer.step(
      () => [line],
      () => follow(() => namespace.spawn(command, args, { stdio: 'inherit' }), command),
    );
    return exitCode ?? EXIT_OK;
  } finally {
    namespace.close();
  }
}

/** Starts the child and passes signals on until it ends. Listens first: a signal may come while the child is being started. */
function follow(start: () => ChildProcess, command: string): Promise<number> {
  const early: NodeJS.Signals[] = [];
  let pass = (signal: NodeJS.Signals): unknown => early.push(signal);
  const handle = (signal: NodeJS.Signals) => {
    if (!FROM_TERMINAL.has(signal) || process.stdin.isTTY !== true) pass(signal);
  };
  for (const signal of FORWARDED) process.on(signal, handle);
  return new Promise<number>((resolve) => {
    const child = start();
    pass = (signal) => child.kill(signal);
    child.once('spawn', () => early.forEach(pass));
    child.once('error', (error: NodeJS.ErrnoException) => {
      process.stderr.write(`netplumb: exec ${oneLine(command)}: ${failureLine(error)}\n`);
      resolve(error.code === 'ENOENT' ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
    });
    child.once('exit', (code, signal) =>
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]),
    );
  }).finally(() => {
    for (const signal of FORWARDED) process.off(signal, handle);
  });
}
