// `netplumb demo`: the story of a container that reaches the internet, told in a sandbox that is always removed.
// The story itself is demo/story.ts; this file owns its frame: interruption, clean-up, and the closing comparison.
import diagnostics from 'node:diagnostics_channel';
import { constants } from 'node:os';
import { Narrator, rounded } from './demo/narrator.js';
import { Sandbox } from './demo/sandbox.js';
import { measureShellWay, type ShellWay } from './demo/shell-way.js';
import { tellStory } from './demo/story.js';
import { EXIT_OK } from './failure.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

const CONTAINERS = 3;
const INTERRUPTIONS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Tells the story; resolves with 128 + N when signal N cut it short. What it made is gone either way. */
export async function demo(options: CommonOptions): Promise<number> {
  const output = new Output(options);
  const interruption = new AbortController();
  const stop = (reason: NodeJS.Signals) => interruption.abort(reason);
  for (const signal of INTERRUPTIONS) process.on(signal, stop);
  // a reader who leaves (`netplumb demo | head`) ends the story like one who presses Ctrl-C
  const left = () => stop('SIGPIPE');
  process.stdout.on('error', left);
  try {
    await perform(output, interruption.signal);
    return EXIT_OK;
  } catch (error) {
    const { aborted, reason } = interruption.signal;
    if (!aborted) throw error;
    return 128 + constants.signals[reason as NodeJS.Signals];
  } finally {
    process.stdout.off('error', left);
    for (const signal of INTERRUPTIONS) process.off(signal, stop);
  }
}

async function perform(output: Output, signal: AbortSignal): Promise<void> {
  const { color } = output;
  const narrator = new Narrator(output, signal);
  const children = countProcesses();
  const started = performance.now();
  const sandbox = await Sandbox.create(CONTAINERS);
  narrator.plumbingMs += performance.now() - started;
  try {
    output.line(
      `${color.bold('How a container reaches the internet')}, in a sandbox; nothing on this machine changes.`,
    );
    if (sandbox.renamed)
      output.line(
        `(container1 and so on exist on this machine, so here they are ${sandbox.places.containers.join(', ')})`,
      );
    await tellStory(sandbox, narrator);
  } finally {
    await sandbox.remove();
  }
  const processes = children.stop();
  signal.throwIfAborted();
  const shell = await measureShellWay(CONTAINERS, signal);
  output.line();
  for (const line of comparison(processes, narrator.plumbingMs, shell)) output.line(line);
  output.data({
    containers: sandbox.places.containers,
    steps: narrator.steps,
    netplumb: { processes: processes.length, programs: processes, ms: rounded(narrator.plumbingMs) },
    shell: 'missing' in shell ? shell : { processes: shell.processes, ms: rounded(shell.ms) },
  });
}

/** Node announces every child process it makes; what is counted is what really was started. */
function countProcesses(): { stop(): string[] } {
  const programs: string[] = [];
  const seen = (message: unknown) => {
    const { process: child } = message as { process: { spawnfile?: string } };
    // the name is known only once spawn() went on after the announcement
    queueMicrotask(() => programs.push(child.spawnfile?.split('/').pop() ?? 'unknown'));
  };
  diagnostics.subscribe('child_process', seen);
  return {
    stop() {
      diagnostics.unsubscribe('child_process', seen);
      return programs;
    },
  };
}

/** Both ways did the numbered steps but those of ping, of listening, and of taking the first network down. */
function comparison(processes: readonly string[], ms: number, shell: ShellWay): string[] {
  const ours = `netplumb      ${count(processes.length, processes)}, ${ms.toFixed(1)} ms`;
  if ('missing' in shell) return [ours, `by the shell  not measured: ${shell.missing} is not installed here`];
  const theirs = `by the shell  ${count(shell.processes, ['ip', 'sysctl', 'iptables'])}, ${shell.ms.toFixed(1)} ms`;
  return ['The same plumbing, without the pings and the removal:', ours, theirs];
}

function count(number: number, programs: readonly string[]): string {
  const which = [...new Set(programs)].join(', ');
  return `${String(number).padStart(3)} process${number === 1 ? '' : 'es'}${which === '' ? '' : ` (${which})`}`;
}
