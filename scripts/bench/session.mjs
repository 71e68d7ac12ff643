// Owns: the names a run may use, so that whatever it leaves can be found and removed: np-bench-<run>-….
// It must not know what the namespaces are for. It never touches a name of another run.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { run } from './processes.mjs';

const PREFIX = 'np-bench-';
const NAMED = '/run/netns';

/** Named namespaces of any run of the bench, this one included. */
export function benchNamespaces() {
  try {
    return readdirSync(NAMED).filter((name) => name.startsWith(PREFIX));
  } catch {
    return []; // nobody has named a namespace since boot
  }
}

/** Files and folders of any run. */
export function benchFiles() {
  return readdirSync('/run')
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => `/run/${name}`);
}

/** @param {readonly string[]} names of namespaces */
export async function removeBenchNamespaces(names) {
  if (names.length === 0) return;
  const input = names.map((name) => `netns del ${name}\n`).join('');
  await run({ file: 'ip', args: ['-force', '-batch', '-'], input });
}

export class Session {
  /** Unlike that of any other run; short, for a label has 255 bytes. */
  id = randomBytes(3).toString('hex');
  /** The floors' lock. Beside the library's own, so that both lie on the same file system. */
  lock = `/run/${PREFIX}${this.id}.lock`;
  #folders = `/run/${PREFIX}${this.id}`;
  #serial = 0;
  #interruption = new AbortController();

  /** Aborted when the user interrupts. */
  get signal() {
    return this.#interruption.signal;
  }

  interrupt() {
    this.#interruption.abort(new Error('interrupted'));
  }

  /**
   * A new name for a namespace or for a family of them.
   * @param {string} what
   */
  name(what) {
    return `${PREFIX}${this.id}-${what}${this.#serial++}`;
  }

  /** A new folder, on the file system of the lock. */
  folder() {
    const path = `${this.#folders}/${this.#serial++}`;
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** The namespaces that exist now under names of this run. */
  namespaces() {
    return benchNamespaces().filter((name) => name.startsWith(`${PREFIX}${this.id}-`));
  }

  /**
   * Removes every namespace of this run but those to keep, and with them their links.
   * @param {readonly string[]} [keep]
   */
  async removeNamespaces(keep = []) {
    await removeBenchNamespaces(this.namespaces().filter((name) => !keep.includes(name)));
  }

  /** What Ctrl-C and a failure end with, as well as success. */
  async close() {
    await this.removeNamespaces();
    rmSync(this.lock, { force: true });
    rmSync(this.#folders, { force: true, recursive: true });
  }
}
