// Owns bringing a network's rules from what stands to what is wanted: read, plan, send, and again where somebody was faster.
// Must not know how either side of it is done. The caller holds netplumb's own lock exclusively.

import { NatError } from '../nat-error.js';
import { type MasqueradeSpec, planDisable, planEnable } from './masquerade.js';
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
 * Masquerades a network's range and lets FORWARD pass it. True where anything had to be changed.
 * @throws {NatError} @throws {TypeError | RangeError} naming the field, before anything is sent
 */
export function enableNat(session: RestoreSession, spec: MasqueradeSpec): Promise<boolean> {
  return bring(session, (current) => planEnable(spec, current, session.family));
}

/**
 * Takes everything of a network out of nat and filter, and nothing else. True where anything had to be changed.
 * @throws {NatError} @throws {TypeError | RangeError} naming the field, before anything is sent
 */
export function disableNat(session: RestoreSession, network: { readonly network: string }): Promise<boolean> {
  return bring(session, (current) => planDisable(network, current, session.family));
}

async function bring(session: RestoreSession, plan: (current: ParsedRules) => string): Promise<boolean> {
  for (let attempt = 1, refused = ''; ; attempt++) {
    const text = plan(await readRules(session));
    if (text === '') return attempt > 1;
    try {
      await session.transaction(text);
      return true;
    } catch (error) {
      // Refused for the same text twice: it is the text. For another one: somebody else's edit came in between.
      const again =
        error instanceof NatError && error.code === 'EIPTABLES' && text !== refused && attempt < attempts;
      if (!again) throw error;
      refused = text;
    }
  }
}
