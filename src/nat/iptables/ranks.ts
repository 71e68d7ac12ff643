// Owns the order of the rules in netplumb's entry chains, which all networks share: whoever comes when, what drops stands before
// what accepts. Must not know networks.
import { userChain } from './chains.js';
import type { Rule } from './rules.js';
import { outInterfaceOf, type StandingRule, targetOf } from './standing.js';

/**
 * Where a rule belongs, low before high; undefined for one that is not ours.
 * 0: the administrator's. 1: an internal network lets nothing out. 2: what may come into each network, and the rest dropped. 3: what
 * may leave each.
 */
export function rankOf(rule: StandingRule | Rule): number | undefined {
  const target = 'words' in rule ? targetOf(rule) : ruleTarget(rule);
  if (target === userChain) return 0;
  if (target === 'DROP') return 1;
  if (target === 'ACCEPT') return leadsIn(rule) ? 2 : 3;
  if (target === undefined || !target.startsWith('NETPLUMB-')) return undefined;
  return target.endsWith('/in') ? 2 : 3;
}

/** Of a network whose own rules are in nf_tables. */
function leadsIn(rule: StandingRule | Rule): boolean {
  return 'words' in rule ? outInterfaceOf(rule) !== undefined : rule.outInterface !== undefined;
}

function ruleTarget({ target }: Rule): string | undefined {
  if (target.kind === 'jump') return target.chain;
  return { drop: 'DROP', accept: 'ACCEPT' }[target.kind as string];
}
