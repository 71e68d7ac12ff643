// What iproute2 prints of a namespace: everything in three processes, whole numbers exact.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Host } from '../../support/host.js';
import type { Plain } from './mapping.js';

/** Starts a program in the namespace, with text on its stdin, and gives what it prints. */
async function run(host: Host, program: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn('nsenter', [`--net=${host.path}`, program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [text, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} < ${input}: exit code ${code}\n${errors}`);
  return text;
}

// JSON.parse would round integers beyond 2^53: they become text.
const exact = (text: string) => text.replaceAll(/(?<=[:[,])\d{16,}(?=[,}\]])/g, '"$&"');

/** One list for each command, in their order. */
export async function readIp(
  host: Host,
  program: 'ip' | 'bridge',
  options: readonly string[],
  commands: readonly string[],
  details: readonly string[] = ['-d', '-s', '-s'],
): Promise<readonly (readonly Plain[])[]> {
  const args = [...options, '-j', ...details, '-batch', '-'];
  const text = await run(host, program, args, commands.map((command) => `${command}\n`).join(''));
  const lists = text.split('\n').filter((line) => line.trim() !== '');
  if (lists.length !== commands.length)
    throw new Error(`${program}: ${lists.length} answers to ${commands.join(', ')}\n${text}`);
  return lists.map((line) => JSON.parse(exact(line)) as Plain[]);
}
