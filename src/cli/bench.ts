// `netplumb bench`: what it is compared with, measured on this machine. The bench is a program of its own, which the package brings along as it
// stands in the repository; this file owns only starting it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../scripts/bench/run.mjs', import.meta.url));
/** The bench ends by itself on these, and cleans up first: it has them from the terminal, or from us. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the bench with its own options, and resolves with its exit code. */
export async function bench(words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, pass);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  for (const name of FORWARDED) process.off(name, pass);
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
