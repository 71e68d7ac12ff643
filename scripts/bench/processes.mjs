// Owns: starting one process, feeding it, collecting what it says, and ending it with all its children on a
// signal or a timeout. It must not know what the process is for.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the bench lies says nothing to who reads a report of another machine. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** @param {string} text */
const withoutRoot = (text) => text.replaceAll(ROOT, '');

/**
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 * @property {string} [input] standard input
 */

/** A process that failed, with everything it said. */
export class ProcessError extends Error {
  /** @param {string} what @param {string} stderr */
  constructor(what, stderr) {
    super(`${what}${stderr ? `: ${withoutRoot(stderr.trim())}` : ''}`);
  }
}

/**
 * Runs a command to its end and resolves with its standard output.
 * @param {Command} command
 * @param {{ signal?: AbortSignal | undefined, timeoutMs?: number }} [options] timeout: 60 s unless given
 * @returns {Promise<string>} rejects with ProcessError when it cannot start, fails, or is ended
 */
export function run(command, options = {}) {
  const line = withoutRoot([command.file, ...command.args].join(' ')).slice(0, 200);
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C reaches only the bench, which ends the group and then cleans up behind it.
    const child = spawn(command.file, command.args, { stdio: 'pipe', detached: true });
    let ended = '';
    /** @param {string} why */
    const end = (why) => {
      ended = why;
      killGroup(child.pid);
    };
    const abort = () => end('interrupted');
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    const timeoutMs = options.timeoutMs ?? 60_000;
    const timer = setTimeout(() => end(`ended after ${timeoutMs} ms`), timeoutMs);

    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.stdin.on('error', () => {}); // it ended before reading everything: its exit code says why
    child.stdin.end(command.input ?? '');
    const settle = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    };
    child.on('error', (error) => {
      settle();
      reject(new ProcessError(`${line}: ${error.message}`, ''));
    });
    child.on('close', (code, signalName) => {
      settle();
      if (code === 0 && !ended) resolve(stdout.text());
      else reject(new ProcessError(`${line}: ${ended || signalName || `exit code ${code}`}`, stderr.text()));
    });
  });
}

/** @param {number | undefined} pid the leader */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already; `close` reports how it ended.
  }
}

/** @param {import('node:stream').Readable} stream */
function collect(stream) {
  /** @type {Buffer[]} */
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  return { text: () => Buffer.concat(chunks).toString('utf8') };
}
