// Owns whether iptables may have rules of netplumb's on a host, asked without starting it. Must not know which.

import type { BackendHost } from '../backend.js';
import { families } from '../family.js';
import { chainPrefix } from './chains.js';
import { legacyTables } from './choice.js';

/**
 * False where surely none stand: no table of the legacy variant is there, and nf_tables, where the other variant keeps its own, has no
 * chain of ours.
 */
export async function mayHaveRules(host: BackendHost): Promise<boolean> {
  if (families.some((family) => legacyTables(host, family).length > 0)) return true;
  try {
    const [chains = []] = await host.rules.read([{ object: 'nftChain', verb: 'list', value: {} }]);
    return (chains as readonly { readonly name?: string }[]).some(({ name }) =>
      name?.startsWith(chainPrefix),
    );
  } catch {
    return true; // a kernel without nf_tables
  }
}
