// Owns the comparison: the demo's plumbing done the usual way, one process per line, in a sandbox of its own.
// `ip -n` enters a namespace by itself; other programs are put there by nsenter, which becomes the program.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Namespace } from '../../index.js';
import {
  containerLines,
  INTERNET,
  listNatLines,
  natLines,
  networkLines,
  type Places,
  type ShellLine,
  sandboxLines,
  showForwardingLines,
  showRulesLines,
} from './shell-lines.js';

const run = promisify(execFile);

/** What the usual way took; `missing` names the program without which it could not be measured. */
export type ShellWay = { readonly processes: number; readonly ms: number } | { readonly missing: string };

/** Builds the same host, network, containers and NAT by processes, checks that 1.1.1.1 answers, and removes it all. */
export async function measureShellWay(containers: number, signal: AbortSignal): Promise<ShellWay> {
  const prefix = `npdemo${process.pid}-`;
  const places: Places = {
    host: `${prefix}host`,
    internet: `${prefix}internet`,
    containers: Array.from({ length: containers }, (_, index) => `${prefix}container${index + 1}`),
  };
  const lines = [
    ...sandboxLines(places),
    ...networkLines(places),
    ...places.containers.flatMap((_, index) => containerLines(places, index)),
    ...showForwardingLines(places),
    ...showRulesLines(places),
    ...natLines(places),
    ...listNatLines(places),
  ];
  try {
    let processes = 0;
    const started = performance.now();
    for (const line of lines) {
      signal.throwIfAborted();
      const [program = '', ...rest] = argv(line);
      await run(program, rest, { env: { ...process.env, LC_ALL: 'C' } });
      processes++;
    }
    const ms = performance.now() - started;
    await checkReach(places);
    return { processes, ms };
  } catch (error) {
    const missing = missingProgram(error);
    if (missing === undefined) throw error;
    return { missing };
  } finally {
    await removeAll(places);
  }
}

function argv({ at, words }: ShellLine): string[] {
  if (at === undefined) return [...words];
  const [program = '', ...rest] = words;
  return program === 'ip' ? ['ip', '-n', at, ...rest] : ['nsenter', `--net=/run/netns/${at}`, ...words];
}

/** A comparison with something that does not work would prove nothing. */
async function checkReach({ containers }: Places): Promise<void> {
  const container = await Namespace.open(containers[0] ?? '');
  try {
    await container.ping(INTERNET, { timeoutMs: 1000 });
  } finally {
    container.close();
  }
}

async function removeAll({ host, internet, containers }: Places): Promise<void> {
  for (const name of [...containers, internet, host]) {
    await Namespace.remove(name).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Node says ENOENT and the path; nsenter says which program it failed to execute, and exits with 127. */
function missingProgram(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, stderr } = error as Error & { code?: unknown; path?: unknown; stderr?: unknown };
  if (code === 'ENOENT' && typeof path === 'string') return path;
  if (code === 127) return /failed to execute ([^:\s]+)/.exec(String(stderr))?.[1];
  return undefined;
}
