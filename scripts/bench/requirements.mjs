// Owns: what is checked before a run.
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import os from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { benchFiles, benchNamespaces, removeBenchNamespaces } from './session.mjs';

/** @throws {Error} when this process may not make namespaces */
export function requireRoot() {
  if (process.getuid?.() !== 0) throw new Error('it makes network namespaces: run it as root');
}

/** Hosts are made and looked at with these, whatever is measured. */
const NEEDED = { ip: 'iproute2', nsenter: 'util-linux' };

/** @throws {Error} that says which package brings what is missing */
export function requirePrograms() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const [program, brings] of Object.entries(NEEDED))
    if (!folders.some((folder) => existsSync(join(folder, program))))
      throw new Error(`it needs ${program} (Debian: ${brings})`);
}

/**
 * A run takes minutes: that its result cannot be kept is said before it.
 * @param {string} option @param {string} file
 * @throws {Error} when it cannot be written
 */
export function requireWritable(option, file) {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Error(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * What other runs left. They are named, and removed only when that is asked for: they may belong to a run that is going on.
 * @param {boolean} clean
 * @param {(text: string) => void} say
 */
export async function tidyUp(clean, say) {
  const names = benchNamespaces();
  const files = benchFiles();
  for (const [what, left] of /** @type {const} */ ([
    ['namespaces', names],
    ['files', files],
  ])) {
    if (left.length === 0) continue;
    const shown = `${left.slice(0, 3).join(', ')}${left.length > 3 ? ', …' : ''}`;
    const done = clean ? 'removed' : 'it is under way, or was killed; --clean removes them';
    say(`${left.length} ${what} of another run stand (${shown}): ${done}`);
  }
  if (!clean) return;
  await removeBenchNamespaces(names);
  for (const file of files) rmSync(file, { recursive: true, force: true });
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
