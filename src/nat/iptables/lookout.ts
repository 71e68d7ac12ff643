// Owns noticing that iptables' rules changed: both tables are printed through the session and compared with what was printed last. With the
// nf_tables variant the kernel says when that is worth it; of the legacy one nothing tells, so it is done again and again.
// Must not know what the rules should be.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RestoreSession } from './session.js';

/** How often at most, in milliseconds. Each look costs one exchange for each family, and takes the xtables lock for as long with the legacy variant. */
export const paceMs = 400;

/** Calls back whenever rules of any kind changed; returns the end of it. */
export type Announce = (heard: () => void) => () => void;

/**
 * Calls back when what stands is not what stood at the last look. Returns the end of it.
 * @param announce tells when to look; absent: all the time
 */
export function lookOut(
  sessions: readonly RestoreSession[],
  changed: () => void,
  announce?: Announce,
): () => void {
  const ending = new AbortController();
  let heard = true;
  let wake = () => {};
  const stop = announce?.(() => {
    heard = true;
    wake();
  });
  let last: string | undefined;
  const look = async () => {
    const texts = await Promise.all(sessions.map((session) => session.readRules()));
    const now = texts.map(({ nat, filter }) => `${nat}\0${filter}`).join('\0');
    if (last !== undefined && now !== last) changed();
    last = now;
  };
  const watch = async () => {
    while (!ending.signal.aborted) {
      if (announce !== undefined && !heard)
        await new Promise<void>((fulfil) => {
          wake = fulfil;
        });
      if (ending.signal.aborted) return;
      heard = false;
      await look().catch(changed); // whoever mends will say why it cannot be read
      // The first of many announcements is looked into at once, the others together.
      await sleep(paceMs, undefined, { signal: ending.signal });
    }
  };
  watch().catch(() => undefined); // it was ended in its sleep
  return () => {
    ending.abort();
    wake();
    stop?.();
  };
}
