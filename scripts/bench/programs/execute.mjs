// Owns: starting a process as a program that shells out does, with or without something on its standard input. It must not
// know what the process is for.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const executeFile = promisify(execFile);

/**
 * @param {string} file @param {readonly string[]} args
 * @param {{ input?: string, env?: Readonly<Record<string, string>> }} [options] env: besides the caller's
 * @returns {Promise<string>} what it printed; rejects when it fails, with what it said
 */
export async function execute(file, args, { input, env } = {}) {
  const options = { maxBuffer: 2 ** 28, ...(env && { env: { ...process.env, ...env } }) };
  const running = executeFile(file, args, options);
  const { stdin } = running.child;
  stdin?.on('error', () => {}); // it ended before reading everything: its exit code says why
  stdin?.end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    // CNI plugins say on stdout what went wrong.
    if (error instanceof Error && 'stdout' in error) error.message += `\n${error.stdout}`;
    throw error;
  }
}

/** @param {string} line what stands behind `ip`, without quotes in it */
export const ip = (line) => execute('ip', line.split(' '));

/** @param {readonly string[]} lines @param {readonly string[]} [options] of ip, before -batch */
export const ipBatch = (lines, options = []) =>
  execute('ip', [...options, '-batch', '-'], { input: lines.map((line) => `${line}\n`).join('') });
