// Owns bringing rules from what stands to what is wanted: read, plan, send, and again where somebody was faster or nobody knows
// what came of it. Must not know how either side of it is done. The caller holds netplumb's own lock exclusively.
import { NatError } from '../nat-error.js';
import type { RestoreSession } from './session.js';
import { type ParsedRules, parseRules } from './standing.js';

const attempts = 4;

/**
 * Reads what stands in nat and filter: `iptables -t nat -S` and `iptables -S`.
 * @throws {NatError}
 */
export async function readRules(session: RestoreSession): Promise<ParsedRules> {
  return parseRules(await session.readRules());
}

/**
 * Plans against what stands, until nothing is left to do. Returns all that was sent, empty where nothing was.
 * @throws {NatError} @throws {TypeError | RangeError} naming the field, before anything is sent
 */
export async function bring(
  session: RestoreSession,
  plan: (current: ParsedRules) => string,
): Promise<string> {
  let sent = '';
  for (let attempt = 1, failure: unknown, refused = ''; ; attempt++) {
    const current = await readRules(session).catch((error) => {
      throw failure ?? error;
    });
    const text = plan(current);
    if (text === '') return sent;
    sent = text;
    try {
      await session.transaction(text);
      return sent;
    } catch (error) {
      // Refused for the same text twice: it is the text. For another one: somebody else's edit came in between. Where nobody
      // knows whether it stands, reading tells.
      const again = error instanceof NatError && (error.applied === 'unknown' || error.code === 'EIPTABLES');
      if (!again || text === refused || attempt >= attempts) throw error;
      if (error.code === 'EIPTABLES') refused = text;
      failure = error;
    }
  }
}
