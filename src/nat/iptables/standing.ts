// Owns what stands in the kernel as `iptables -S` tells it: parsed once, then only asked.
// Must not know how the text was fetched, nor what is wanted.
import { chainPrefix, checkNetworkName, commentPrefix, sharedComment } from './chains.js';
import { splitWords } from './words.js';

/** A rule that stands, foreign or ours: the words after `-A CHAIN`. */
export interface StandingRule {
  readonly chain: string;
  readonly words: readonly string[];
}

/** One table. */
export interface ParsedTable {
  /** Built-in chains and their policies. */
  readonly policies: ReadonlyMap<string, string>;
  /** Chains that somebody made. */
  readonly chains: ReadonlySet<string>;
  /** In the order in which they are looked at, chain by chain. */
  readonly rules: readonly StandingRule[];
}

/** The two tables a network's rules stand in. */
export interface ParsedRules {
  readonly nat: ParsedTable;
  readonly filter: ParsedTable;
}

/** Reads `iptables -t TABLE -S` text. */
export function parseTable(text: string): ParsedTable {
  const policies = new Map<string, string>();
  const chains = new Set<string>();
  const rules: StandingRule[] = [];
  for (const [verb, chain, ...words] of splitWords(text)) {
    if (chain === undefined) continue;
    if (verb === '-P') policies.set(chain, words[0] ?? '');
    else if (verb === '-N') chains.add(chain);
    else if (verb === '-A') rules.push({ chain, words });
  }
  return { policies, chains, rules };
}

/** Reads both tables. */
export function parseRules(text: { readonly nat: string; readonly filter: string }): ParsedRules {
  return { nat: parseTable(text.nat), filter: parseTable(text.filter) };
}

/** A host without a single rule: what to plan against where nothing can be read. */
export const noRules: ParsedRules = parseRules({ nat: '', filter: '' });

/** The comment of a standing rule, if it has one. */
export function commentOf(rule: StandingRule): string | undefined {
  const at = rule.words.indexOf('--comment');
  return at < 0 ? undefined : rule.words[at + 1];
}

/** The chain or verdict a standing rule goes to, if any. */
export function targetOf(rule: StandingRule): string | undefined {
  const at = rule.words.findIndex(
    (word, i) => (word === '-j' || word === '-g') && rule.words[i - 1] !== '--comment',
  );
  return at < 0 ? undefined : rule.words[at + 1];
}

/** The interface by which packets must leave for a standing rule, if it asks for one. */
export function outInterfaceOf({ words }: StandingRule): string | undefined {
  const at = words.indexOf('-o');
  return at < 0 ? undefined : words[at + 1];
}

/** Whether what somebody else says in FORWARD, by its policy or by a rule for everything, drops what no rule accepts. */
export function dropsForwarded({ filter }: ParsedRules): boolean {
  const policy = filter.policies.get('FORWARD') ?? 'ACCEPT';
  const refused = ['-j DROP', '-j REJECT'];
  return (
    policy !== 'ACCEPT' ||
    filter.rules.some(
      ({ chain, words }) => chain === 'FORWARD' && refused.some((text) => words.join(' ').startsWith(text)),
    )
  );
}

/**
 * What stands that is not netplumb's and may rely on the host forwarding packets: every rule of table nat, and every rule
 * and policy of FORWARD but ACCEPT. As `iptables` arguments, for a report; empty where nothing does.
 *
 * What nft says beside iptables' own tables is not seen here.
 */
export function foreignRules(current: ParsedRules): readonly string[] {
  const policy = current.filter.policies.get('FORWARD') ?? 'ACCEPT';
  const nat = current.nat.rules.filter((rule) => !isOurs(rule));
  const forward = current.filter.rules.filter((rule) => rule.chain === 'FORWARD' && !isOurs(rule));
  return [
    ...nat.map((rule) => `-t nat -A ${rule.chain} ${rule.words.join(' ')}`),
    ...(policy === 'ACCEPT' ? [] : [`-P FORWARD ${policy}`]),
    ...forward.map((rule) => `-A ${rule.chain} ${rule.words.join(' ')}`),
  ];
}

function isOurs(rule: StandingRule): boolean {
  const comment = commentOf(rule);
  return (
    rule.chain.startsWith(chainPrefix) ||
    comment === sharedComment ||
    comment?.startsWith(commentPrefix) === true
  );
}

/** The networks that have a chain, or a rule with their comment, in either table; sorted. */
export function ruledNetworks(current: ParsedRules): readonly string[] {
  const found = new Set<string>();
  for (const { chains, rules } of [current.nat, current.filter]) {
    const named = [...chains].flatMap((chain) =>
      chain.startsWith(chainPrefix) ? [chain.slice(chainPrefix.length)] : [],
    );
    const commented = rules.flatMap((rule) => {
      const comment = commentOf(rule);
      return comment?.startsWith(commentPrefix)
        ? [comment.slice(commentPrefix.length).split(' ')[0] ?? '']
        : [];
    });
    for (const name of [...named, ...commented]) if (isNetwork(name)) found.add(name);
  }
  return [...found].sort();
}

// Chains of anything else than a network, the administrator's among them, are named so that they are not taken for one.
function isNetwork(name: string): boolean {
  try {
    checkNetworkName(name);
    return true;
  } catch {
    return false;
  }
}
