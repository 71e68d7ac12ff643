// Runs a program for the set-up and test scripts: stdin closed, output passed on or captured, failure as an Error.
// Node's own modules only: it must run before node_modules exists.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's top directory. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A reason to stop that the reader can act on: printed without a stack. */
export class Stop extends Error {}

/** Directories that hold system programs although a user's PATH may lack them. */
const systemDirectories = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The path of a program, or undefined.
 * @param {string} program
 * @returns {string | undefined}
 */
export function which(program) {
  const directories = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...systemDirectories];
  return directories.map((directory) => join(directory, program)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program with its output passed on.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>} its exit code; 128 when a signal ended it; 127 when it could not be started
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      if (signal) console.error(`${program} was ended by ${signal}`);
      resolve(code ?? 128);
    });
  });
}

/**
 * Runs a program that must succeed, with its output passed on.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 */
export async function mustRun(program, args, options) {
  failUnlessZero(await run(program, args, options), program, args);
}

/**
 * Runs a program that must succeed and shows its output only when it does not, or when it warns.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export async function mustRunQuietly(program, args, options = {}) {
  const { code, text } = await runCollecting(program, args, options);
  if (code !== 0 || /\bwarning:/.test(text)) process.stderr.write(text);
  failUnlessZero(code, program, args);
}

/**
 * Runs a program and keeps what it says.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, text: string }>} both of its outputs, as they came
 */
export function runCollecting(program, args, { env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
    }
    child.on('error', (error) => resolve({ code: 127, text: `${text}${program}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 128, text }));
  });
}

/**
 * @param {number} code
 * @param {string} program
 * @param {readonly string[]} args
 */
function failUnlessZero(code, program, args) {
  if (code !== 0) throw new Stop(`\`${[program, ...args].join(' ')}\` failed (exit code ${code})`);
}

/**
 * What a program prints on stdout, trimmed; undefined when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function output(program, args) {
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * Runs a script's main function: a Stop is printed as one line, anything else with its stack; both end with code 1.
 * @param {string} name printed in front of the message
 * @param {() => Promise<unknown>} work
 */
export async function main(name, work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Stop ? `${name}: ${error.message}` : error);
    process.exitCode = 1;
  }
}
