// Owns what of others in nf_tables drops packets that netplumb's own table has accepted: nothing of ours overrules it, so it is told.
// Must not know whom it is told.

import type { RuleSet } from '../backend.js';
import { tableName } from './names.js';
import type { StandingChain } from './standing.js';

/** An expression, as the attribute tables have it. */
interface Expression {
  readonly kind?: string;
  readonly data?: { readonly data?: { readonly verdict?: { readonly code?: unknown } } };
}

/**
 * The chains that see what is forwarded and drop, by their policy or by a last rule for everything, what no rule of theirs accepts; as nft names
 * them: `inet firewalld filter_FORWARD`. Those of iptables are not among them: netplumb is let past there.
 * @throws {NetlinkError}
 */
export async function droppingChains(rules: RuleSet): Promise<readonly string[]> {
  const [all = []] = await rules.read([{ object: 'nftChain', verb: 'list', value: {} }]);
  const chains = (all as readonly StandingChain[]).filter(
    ({ hook, family, table, name }) =>
      hook?.number === 'forward' &&
      (family === 'inet' || family === 'ipv4' || family === 'ipv6') &&
      !(family === 'inet' && table === tableName) &&
      !(family !== 'inet' && table === 'filter' && name === 'FORWARD'),
  );
  if (chains.length === 0) return [];
  const lists = await rules.read(
    chains.map(({ family, table, name }) => ({
      object: 'nftRule',
      verb: 'list',
      value: { family, table, chain: name },
    })),
  );
  return chains
    .filter(({ policy }, i) => policy === 'drop' || refusesAll(lists[i]?.at(-1)))
    .map(
      ({ family, table, name }) => `${family.replace('ipv4', 'ip').replace('ipv6', 'ip6')} ${table} ${name}`,
    );
}

function refusesAll(rule: unknown): boolean {
  const { expressions = [] } = (rule ?? {}) as { readonly expressions?: readonly Expression[] };
  const [only, ...more] = expressions.filter(({ kind }) => kind !== 'counter');
  if (only === undefined || more.length > 0) return false;
  return only.kind === 'reject' || only.data?.data?.verdict?.code === 'drop';
}
