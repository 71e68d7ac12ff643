// Owns how the story asks and listens: pings with an answer, pings without, and what the far end hears.
// Every claim is checked here; a story that does not come true is an error.
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

/** The source address of a ping as it arrives. */
export async function heardAt(internet: Namespace, from: Namespace): Promise<string | undefined> {
  const heard = internet.nextEchoRequest({ timeoutMs: SILENCE_MS });
  await from.ping(INTERNET, { timeoutMs: SILENCE_MS / 3 }).catch(() => undefined);
  return heard;
}

/** What the story claims is checked as it is told. */
export function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`demo: the story did not come true: ${otherwise}`);
}
