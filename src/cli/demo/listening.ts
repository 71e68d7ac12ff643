// Owns how the story asks and listens: pings with an answer, pings without, and what the far end hears.
// Every claim is checked here; a story that does not come true is an error.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace } from '../../index.js';
import { INTERNET } from './shell-lines.js';

const ANSWER_WITHIN_MS = 1000;
/** Long enough for any answer in a sandbox, short enough not to bore. */
export const SILENCE_MS = 300;

export async function answered(from: Namespace, address: string): Promise<string> {
  const { rttUs } = await from.ping(address, { timeoutMs: ANSWER_WITHIN_MS });
  return `${(rttUs / 1000).toFixed(2)} ms`;
}

export async function silent(from: Namespace): Promise<void> {
  const answer = await from
    .ping(INTERNET, { timeoutMs: SILENCE_MS })
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ETIMEDOUT' || error.code === 'ENETUNREACH' || error.code === 'EHOSTUNREACH')
        return undefined;
      throw error;
    });
  expect(answer === undefined, `${INTERNET} answered without NAT`);
}

/**
 * Waits until a link passes packets on: its carrier is made known by a kernel worker of its own, and what is sent before is
 * lost, so that a first ping waits a second for the next ARP request. Reading the link hurries the worker (linkwatch_sync_dev).
 */
export async function untilPlugged(host: Namespace, link: string): Promise<void> {
  const deadline = performance.now() + ANSWER_WITHIN_MS;
  while ((await host.links.get(link)).operState !== 'up') {
    expect(performance.now() < deadline, `${link} got no carrier`);
    await sleep(1);
  }
}

/** The source address of a ping as it arrives. Listening begins on another thread at its own time, hence the attempts. */
export async function heardAt(internet: Namespace, from: Namespace): Promise<string | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const heard = internet.nextEchoRequest({ timeoutMs: SILENCE_MS });
    await sleep(10 * attempt);
    await from.ping(INTERNET, { timeoutMs: SILENCE_MS / 3 }).catch(() => undefined);
    const source = await heard;
    if (source !== undefined) return source;
  }
  return undefined;
}

/** What the story claims is checked as it is told. */
export function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`demo: the story did not come true: ${otherwise}`);
}
