// Owns noticing that rules changed, where nothing tells: both tables are printed through the session and compared with what was printed
// last. Must not know what the rules should be.
import type { RestoreSession } from './session.js';

/** How often, in milliseconds. Each look costs one exchange for each family, and takes the xtables lock for as long with the legacy variant. */
export const pollMs = 400;

/** Calls back when what stands is not what stood at the last look. Returns the end of it. */
export function pollRules(sessions: readonly RestoreSession[], changed: () => void): () => void {
  let last: string | undefined;
  let looking = false;
  const look = async () => {
    if (looking) return; // a slow one is not overtaken
    looking = true;
    try {
      const texts = await Promise.all(sessions.map((session) => session.readRules()));
      const now = texts.map(({ nat, filter }) => `${nat}\0${filter}`).join('\0');
      if (last !== undefined && now !== last) changed();
      last = now;
    } catch {
      changed(); // whoever mends will say why it cannot be read
    } finally {
      looking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), pollMs);
  return () => clearInterval(timer);
}
