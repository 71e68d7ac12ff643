// `netplumb ping`: ICMP echo from inside a container, without a ping program there.
import { setTimeout as sleep } from 'node:timers/promises';
import { Namespace } from '../index.js';
import { shellWord } from '../shell-word.js';
import { Explainer } from './explain.js';
import { EXIT_FAILED, EXIT_OK, oneLine } from './failure.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

export interface PingOptions extends CommonOptions {
  readonly count: number;
  readonly timeout: number;
}

/** The outcome of one echo request, as `--json` prints it. */
type Answer =
  | { readonly sequence: number; readonly from: string; readonly rttUs: number; readonly ttl: number }
  | { readonly sequence: number; readonly error: string };

/** What a network says when nobody answers; anything else is a failure to ask. */
const UNANSWERED = new Set([
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'ENETDOWN',
]);

/** Sends `count` requests, a second apart, and fails if none was answered. */
export async function ping(container: string, address: string, options: PingOptions): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  const namespace = await Namespace.open(container);
  try {
    const seconds = Math.ceil(options.timeout / 1000);
    const line = `ip netns exec ${shellWord(container)} ping -n -c ${options.count} -W ${seconds} ${shellWord(address)}`;
    const answers = await explainer.step(
      () => [line],
      () => askAll(namespace, address, options, output),
    );
    explainer.finish();
    if (answers === undefined) return EXIT_OK;
    const received = answers.filter((answer) => 'from' in answer).length;
    output.data({ address, sent: answers.length, received, answers });
    output.line(`${answers.length} sent, ${received} answered`);
    return received > 0 ? EXIT_OK : EXIT_FAILED;
  } finally {
    namespace.close();
  }
}

async function askAll(
  namespace: Namespace,
  address: string,
  { count, timeout }: PingOptions,
  output: Output,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const started = performance.now();
    const answer = await ask(namespace, address, sequence, timeout);
    answers.push(answer);
    output.line(answerLine(address, answer));
    if (sequence < count) await sleep(Math.max(0, 1000 - (performance.now() - started)));
  }
  return answers;
}

async function ask(
  namespace: Namespace,
  address: string,
  sequence: number,
  timeoutMs: number,
): Promise<Answer> {
  try {
    const { from, rttUs, ttl } = await namespace.ping(address, { timeoutMs, sequence });
    return { sequence, from, rttUs, ttl };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (UNANSWERED.has(code)) return { sequence, error: code };
    throw error;
  }
}

function answerLine(address: string, answer: Answer): string {
  const subject = `seq ${answer.sequence}:`;
  if ('error' in answer) return `${subject} no answer from ${oneLine(address)} (${answer.error})`;
  return `${subject} ${answer.from} answered in ${(answer.rttUs / 1000).toFixed(3)} ms, ttl ${answer.ttl}`;
}
