// Owns whether iptables may have rules of netplumb's on a host, or drop what is forwarded, asked without starting it. Must not know which.

import type { BackendHost } from '../backend.js';
import { type Family, families } from '../family.js';
import { chainPrefix } from './chains.js';
import { legacyTables } from './choice.js';

/**
 * False where surely none stand: no table of the legacy variant is there, and nf_tables, where the other variant keeps its own, has no
 * chain of ours.
 */
export async function mayHaveRules(host: BackendHost): Promise<boolean> {
  if (families.some((family) => legacyTables(host, family).length > 0)) return true;
  const chains = await chainsOf(host);
  return chains === undefined || chains.some(({ name }) => name?.startsWith(chainPrefix));
}

/** False where surely nobody drops in iptables' FORWARD, and nothing of netplumb's stands there. */
export async function mayDropForwarded(host: BackendHost, family: Family): Promise<boolean> {
  if (legacyTables(host, family).includes('filter')) return true;
  const chains = await chainsOf(host);
  return (
    chains === undefined ||
    chains.some(
      ({ family: of, table, name, policy, use = 0 }) =>
        of === `ipv${family}` && table === 'filter' && name === 'FORWARD' && (policy === 'drop' || use > 0),
    )
  );
}

interface Chain {
  readonly family?: string;
  readonly table?: string;
  readonly name?: string;
  readonly policy?: unknown;
  /** How many rules it has. */
  readonly use?: number;
}

/** Undefined on a kernel without nf_tables. */
async function chainsOf(host: BackendHost): Promise<readonly Chain[] | undefined> {
  try {
    const [chains = []] = await host.rules.read([{ object: 'nftChain', verb: 'list', value: {} }]);
    return chains as readonly Chain[];
  } catch {
    return undefined;
  }
}
