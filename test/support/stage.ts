// Runs a stage script in a Node process of its own: for what must hold when a process or worker ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How the process ended. A stage that did well has code 0, no signal and nothing on stderr. */
export interface StageResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The script of a stage. */
export function stagePath(name: string): string {
  return fileURLToPath(new URL(`../lifetime/stages/${name}.mjs`, import.meta.url));
}

/**
 * Runs `test/lifetime/stages/NAME.mjs` with the built package, with an empty /run of its own: what it names and locks goes with it.
 * @param timeoutMs after which the process is killed; it then ends with SIGKILL
 */
export async function runStage(
  name: string,
  args: readonly string[] = [],
  timeoutMs = 20_000,
): Promise<StageResult> {
  const isolated = ['--mount', 'sh', '-c', 'mount -t tmpfs none /run && exec "$0" "$@"'];
  const child = spawn('unshare', [...isolated, process.execPath, stagePath(name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { code, signal, stdout, stderr };
}
