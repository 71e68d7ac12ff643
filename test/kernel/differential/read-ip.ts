// What iproute2 prints of a namespace: many questions to one process, whole numbers exact.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Host } from '../../support/host.js';
import type { Plain } from './mapping.js';

/** A list, or the kernel's refusal in its words. */
export type Answer = readonly Plain[] | string;

interface Printed {
  readonly text: string;
  readonly errors: string;
}

/** Starts a program in the namespace, with text on its stdin, and gives what it prints. */
async function run(host: Host, program: string, args: readonly string[], input: string): Promise<Printed> {
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
  // Where it did not start, its exit says so.
  child.stdin.on('error', () => undefined).end(input);
  await once(child, 'close');
  return { text, errors };
}

// JSON.parse would round integers beyond 2^53: they become text.
const exact = (text: string) => text.replaceAll(/(?<=[:[,])\d{16,}(?=[,}\]])/g, '"$&"');

/** What was said of each command that failed, by its place. */
function refusals(errors: string): ReadonlyMap<number, string> {
  const told = [...errors.matchAll(/([\s\S]*?)^Command failed -:(\d+)$\n?/gm)];
  return new Map(told.map(([, said = '', line]) => [Number(line) - 1, said.trim()]));
}

/** An answer to each command, in their order. */
export async function readIp(
  host: Host,
  program: 'ip' | 'bridge',
  options: readonly string[],
  commands: readonly string[],
  details: readonly string[] = ['-d', '-s', '-s'],
): Promise<readonly Answer[]> {
  const args = [...options, '-j', ...details, '-force', '-batch', '-'];
  const { text, errors } = await run(host, program, args, commands.map((one) => `${one}\n`).join(''));
  const refused = refusals(errors);
  const lists = text.split('\n').filter((line) => line.trim() !== '');
  if (lists.length + refused.size !== commands.length)
    throw new Error(`${program}: ${lists.length} answers to ${commands.join(', ')}\n${text}\n${errors}`);
  return commands.map((_, i) => refused.get(i) ?? (JSON.parse(exact(lists.shift() ?? '')) as Plain[]));
}
