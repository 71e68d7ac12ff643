// Owns the way from what stands to what is wanted: a transaction that changes a network's own rules and no others.
// Pure. Must not know sessions, nor what the rules are for.
import type { Family } from '../family.js';
import type { WantedNat } from '../intent.js';
import {
  type Entry,
  entries,
  inwardChain,
  isContainerChain,
  isNetworkComment,
  networkChains,
  sharedComment,
  userChain,
} from './chains.js';
import { rankOf } from './ranks.js';
import { type Rule, ruleWords } from './rules.js';
import { commentOf, type ParsedRules, type ParsedTable, type StandingRule, targetOf } from './standing.js';
import { type Change, printTransaction, type TableChanges, tables } from './transaction.js';
import { type EntryRule, passageTables, type WantedTable, wantedTables } from './wanted.js';

/**
 * The transaction after which exactly the network's rules stand, empty where they do. What is its own and says something else goes in
 * the same transaction.
 * @throws {TypeError | RangeError} naming the field
 */
export function planReconcile(wanted: WantedNat, current: ParsedRules, family: Family = 4): string {
  return planTables(wanted.network.network, wantedTables(wanted, family), current, family);
}

/**
 * The transaction after which nothing of the network stands but what lets its packets past FORWARD, for its own rules are in nf_tables, where
 * an accept overrides no drop of iptables'.
 */
export function planPassage(network: string, bridge: string, current: ParsedRules, family: Family): string {
  return planTables(network, passageTables(network, bridge), current, family);
}

function planTables(
  network: string,
  wanted: readonly WantedTable[],
  current: ParsedRules,
  family: Family,
): string {
  const blocks = wanted.map((one): TableChanges => {
    const standing = current[one.table];
    if (one.entries.length === 0) return { table: one.table, changes: removal(network, one.table, standing) };
    return { table: one.table, changes: correction(network, one, standing, family) };
  });
  return printTransaction(blocks, family);
}

/** The transaction after which nothing of the network stands; empty where nothing does. */
export function planDisable(network: string, current: ParsedRules, family: Family = 4): string {
  const blocks = tables.map((table) => ({ table, changes: removal(network, table, current[table]) }));
  return printTransaction(blocks, family);
}

function correction(
  network: string,
  wanted: WantedTable,
  standing: ParsedTable,
  family: Family,
): readonly Change[] {
  const own = networksRules(network, standing);
  const { missing, surplus } = compareEntries(wanted.entries, own, standing, family);
  const gone = new Set(surplus);
  const left = standing.rules.filter((rule) => !gone.has(rule));
  const used = entries.filter(
    ({ table, chain }) => table === wanted.table && wanted.entries.some((rule) => rule.chain === chain),
  );
  const obsolete = ownChains(network, standing).filter((chain) => !wanted.chains.has(chain));
  return [
    ...used.flatMap((entry) => madeEntry(entry, standing)),
    // All of them before the first rule, which may lead into any.
    ...[...wanted.chains.keys()]
      .filter((chain) => !standing.chains.has(chain))
      .map((chain): Change => ({ kind: 'create', chain })),
    ...[...wanted.chains].flatMap(([chain, rules]) => filled(chain, rules, standing, family)),
    ...surplus.map((rule): Change => ({ kind: 'delete', rule })),
    ...placed(missing, left),
    ...used.flatMap((entry) => entryJumps(entry, standing)),
    ...obsolete.flatMap(removedChain),
  ];
}

function removal(network: string, table: ParsedTableName, standing: ParsedTable): readonly Change[] {
  const own = networksRules(network, standing);
  const chains = ownChains(network, standing);
  if (own.length === 0 && chains.length === 0) return [];
  const gone = new Set(own);
  const left = standing.rules.filter((rule) => !gone.has(rule));
  return [
    ...own.map((rule): Change => ({ kind: 'delete', rule })),
    ...chains.flatMap(removedChain),
    ...unusedEntries(table, standing, left),
  ];
}

type ParsedTableName = (typeof tables)[number];

/** Entry chains that lead nowhere any more, and the administrator's chain where there is nothing in it. */
function unusedEntries(
  table: ParsedTableName,
  { chains }: ParsedTable,
  left: readonly StandingRule[],
): readonly Change[] {
  const changes: Change[] = [];
  for (const entry of entries) {
    const rules = left.filter(({ chain }) => chain === entry.chain);
    if (entry.table !== table || !chains.has(entry.chain)) continue;
    if (rules.some((rule) => targetOf(rule) !== userChain || rule.words.length > 2)) continue;
    const jumps = left.filter((rule) => targetOf(rule) === entry.chain);
    // Not flushed: iptables-nft loses the deletions before a flush of the same chain, and then finds other chains in use.
    changes.push(...[...jumps, ...rules].map((rule): Change => ({ kind: 'delete', rule })), {
      kind: 'remove',
      chain: entry.chain,
    });
    const shared = left.some((rule) => targetOf(rule) === userChain && rule.chain !== entry.chain);
    if (entry.hook !== 'FORWARD' || !chains.has(userChain) || shared) continue;
    if (!left.some(({ chain }) => chain === userChain)) changes.push({ kind: 'remove', chain: userChain });
  }
  return changes;
}

/** A network's rules outside its own chains: those with its comment, and whatever leads into a chain of its own. */
function networksRules(network: string, { rules }: ParsedTable): readonly StandingRule[] {
  const own = new Set(networkChains(network));
  return rules.filter(
    (rule) =>
      !own.has(rule.chain) && (isNetworkComment(commentOf(rule), network) || own.has(targetOf(rule) ?? '')),
  );
}

/** The chains of a network that stand: its own, its containers', and those of containers that nothing leads to, which are nobody's. */
function ownChains(network: string, { chains, rules }: ParsedTable): readonly string[] {
  const inward = inwardChain(network);
  const led = new Map(rules.map((rule) => [targetOf(rule), rule.chain]));
  const containers = [...chains].filter((chain) => {
    const from = led.get(chain);
    return isContainerChain(chain) && (from === undefined || from === inward);
  });
  return [...networkChains(network).filter((chain) => chains.has(chain)), ...containers];
}

function removedChain(chain: string): Change[] {
  return [
    { kind: 'flush', chain },
    { kind: 'remove', chain },
  ];
}

/** The entry chain, and for FORWARD the administrator's, where they are missing. */
function madeEntry({ chain, hook }: Entry, { chains, rules }: ParsedTable): readonly Change[] {
  const changes: Change[] = chains.has(chain) ? [] : [{ kind: 'new', chain }];
  if (hook !== 'FORWARD') return changes;
  if (!chains.has(userChain)) changes.push({ kind: 'new', chain: userChain });
  if (!rules.some((rule) => rule.chain === chain && targetOf(rule) === userChain)) {
    const rule: Rule = { chain, target: { kind: 'jump', chain: userChain } };
    changes.push({ kind: 'insert', rule, position: 1 });
  }
  return changes;
}

/** Exactly one jump from the hook; where in the hook somebody has moved it to is not looked at. */
function entryJumps({ hook, chain, place }: Entry, { rules }: ParsedTable): readonly Change[] {
  const [first, ...more] = rules.filter((rule) => rule.chain === hook && targetOf(rule) === chain);
  const rule: Rule = { chain: hook, comment: sharedComment, target: { kind: 'jump', chain } };
  if (first !== undefined) return more.map((surplus): Change => ({ kind: 'delete', rule: surplus }));
  return [place === 'first' ? { kind: 'insert', rule, position: 1 } : { kind: 'append', rule }];
}

/** A chain of the network's own with exactly these rules. In which order ports stand is all the same. */
function filled(
  chain: string,
  rules: readonly Rule[],
  standing: ParsedTable,
  family: Family,
): readonly Change[] {
  const made = standing.chains.has(chain);
  const stands = standing.rules.filter((rule) => rule.chain === chain).map((rule) => key(chain, rule.words));
  const wanted = rules.map((rule) => key(chain, ruleWords(rule, family)));
  if (rules.every(({ target }) => target.kind === 'dnat' || target.kind === 'jump')) {
    stands.sort();
    wanted.sort();
  }
  if (made && stands.join('\n') === wanted.join('\n')) return [];
  return [
    ...(made ? [{ kind: 'flush', chain } as const] : []),
    ...rules.map((rule): Change => ({ kind: 'append', rule })),
  ];
}

function compareEntries(
  wanted: readonly EntryRule[],
  own: readonly StandingRule[],
  standing: ParsedTable,
  family: Family,
) {
  const left = [...own];
  const missing = wanted.filter((rule) => {
    const text = key(rule.chain, ruleWords(rule, family));
    const at = left.findIndex(
      (other) => key(other.chain, other.words) === text && isInPlace(other, standing.rules),
    );
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { missing, surplus: left };
}

/** Whether nothing stands before it in its chain that belongs behind, nor the other way about. */
function isInPlace(rule: StandingRule, rules: readonly StandingRule[]): boolean {
  const rank = rankOf(rule) ?? 0;
  const chain = rules.filter((other) => other.chain === rule.chain);
  const at = chain.indexOf(rule);
  return chain.every((other, i) => {
    const its = rankOf(other);
    return its === undefined || (i < at ? its <= rank : its >= rank);
  });
}

/** Each where its rank belongs, behind those of the same rank. */
function placed(missing: readonly EntryRule[], left: readonly StandingRule[]): readonly Change[] {
  const ranks = new Map<string, (number | undefined)[]>();
  for (const { chain } of missing) {
    const standing = left.filter((rule) => rule.chain === chain).map(rankOf);
    // The administrator's jump, where it was put in just now.
    const fresh = chain === 'NETPLUMB-FORWARD' && !standing.includes(0);
    ranks.set(chain, fresh ? [0, ...standing] : standing);
  }
  return missing.map((rule): Change => {
    const list = ranks.get(rule.chain) ?? [];
    const rank = rankOf(rule) ?? 0;
    const at = list.findIndex((other) => other !== undefined && other > rank);
    list.splice(at < 0 ? list.length : at, 0, rank);
    return at < 0 ? { kind: 'append', rule } : { kind: 'insert', rule, position: at + 1 };
  });
}

function key(chain: string, words: readonly string[]): string {
  return [chain, ...words].join('\0');
}
