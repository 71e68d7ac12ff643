// Owns the options of a session and starting its process by them.
// Must not know what is sent. The process is started by a function that is handed in: only that knows the namespace.
import { type ChildProcess, spawn as spawnHere } from 'node:child_process';
import type { Spawn } from '../backend.js';
import type { Family } from '../family.js';
import type { NatError } from '../nat-error.js';
import { findProgram, programArguments, programEnvironment, programName } from './program.js';
import { RestoreProcess } from './restore-process.js';
import { judge } from './verdict.js';

export type { Spawn } from '../backend.js';

export interface RestoreSessionOptions {
  /** Default: in the namespace of the calling thread. */
  readonly spawn?: Spawn;
  /** Absolute path, for tests; default: the host's, from a short fixed list. */
  readonly program?: string;
  /** Default 4. */
  readonly family?: Family;
  /** How long iptables-restore waits for the xtables lock, in whole seconds. Default 5. */
  readonly waitSeconds?: number;
  /** How long an answer may take before the process is killed. Default: 10 s more than the wait. */
  readonly timeoutMs?: number;
  /** After how long without work the process is ended; the next transaction starts another. Default 5,000. */
  readonly idleMs?: number;
}

/** The options, checked and complete. */
export interface Launch {
  readonly spawn: Spawn;
  readonly program: string | undefined;
  readonly family: Family;
  readonly waitSeconds: number;
  readonly timeoutMs: number;
  readonly idleMs: number;
}

/** @throws {TypeError | RangeError} naming the option */
export function checkOptions(options: RestoreSessionOptions): Launch {
  const { family = 4, program, spawn = spawnHere } = options;
  if (family !== 4 && family !== 6) throw new RangeError('family must be 4 or 6');
  if (typeof spawn !== 'function') throw new TypeError('spawn must be a function');
  if (program !== undefined && (typeof program !== 'string' || !program.startsWith('/'))) {
    throw new TypeError('program must be an absolute path');
  }
  const waitSeconds = within('waitSeconds', options.waitSeconds ?? 5, 1, 3_600);
  if (!Number.isInteger(waitSeconds)) throw new RangeError('waitSeconds must be whole');
  return {
    spawn,
    program,
    family,
    waitSeconds,
    timeoutMs: within('timeoutMs', options.timeoutMs ?? (waitSeconds + 10) * 1_000, 1),
    idleMs: within('idleMs', options.idleMs ?? 5_000, 0),
  };
}

/**
 * Starts iptables-restore. A program that cannot be run shows on the first exchange.
 * @throws {NatError} where none is installed, or the namespace cannot be entered
 */
export function launch({ spawn, program, family, waitSeconds }: Launch): RestoreProcess {
  const path = program ?? findProgram(family);
  if (path === undefined) throw notStarted(family, Object.assign(new Error('not found'), { code: 'ENOENT' }));
  let child: ChildProcess;
  try {
    child = spawn(path, programArguments(waitSeconds), {
      cwd: '/',
      env: programEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a group of its own: Ctrl-C is not for it, and a kill hits nobody else
      shell: false,
    });
  } catch (cause) {
    throw notStarted(family, cause);
  }
  return new RestoreProcess(child);
}

function notStarted(family: Family, cause: unknown): NatError {
  return judge({
    reason: 'spawn',
    program: programName(family),
    harmless: true,
    blocks: [],
    acknowledged: 0,
    delivered: false,
    firstLine: 1,
    exitCode: null,
    signal: null,
    stderr: '',
    timeoutMs: 0,
    cause,
  });
}

function within(option: string, value: number, least: number, most = 2 ** 31 - 1): number {
  if (typeof value !== 'number') throw new TypeError(`${option} must be a number`);
  if (!(value >= least && value <= most)) throw new RangeError(`${option} must be from ${least} to ${most}`);
  return value;
}
