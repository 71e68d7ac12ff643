// Owns: what is checked before a run. It must not change anything: leftovers are named, not removed, for they
// may belong to a run that is still going on.
import { accessSync, constants } from 'node:fs';
import os from 'node:os';
import { dirname } from 'node:path';
import { benchNamespaces } from './session.mjs';

/** @throws {Error} when this process may not make namespaces */
export function requireRoot() {
  if (process.getuid?.() !== 0) throw new Error('it makes network namespaces: run it as root');
}

/**
 * A run takes minutes: that its result cannot be kept is said before it.
 * @param {string} file
 * @throws {Error} when it cannot be written
 */
export function requireWritable(file) {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Error(`--json: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param {(text: string) => void} say */
export function warnOfLeftovers(say) {
  const names = benchNamespaces();
  if (names.length === 0) return;
  const shown = names.slice(0, 3).join(', ');
  say(
    `${names.length} namespaces of another run stand (${shown}${names.length > 3 ? ', …' : ''}): it is under way, or was killed`,
  );
}

/**
 * Ratios survive a machine that swings, but not one whose CPUs others use: a thread hop then waits for a CPU.
 * @param {(text: string) => void} say
 */
export function warnOfLoad(say) {
  const [load = 0] = os.loadavg();
  const cpus = os.cpus().length;
  if (load > cpus / 2)
    say(`the machine is busy (load ${load.toFixed(1)} on ${cpus} CPUs): figures will swing`);
}
