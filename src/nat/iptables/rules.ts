// Owns the words of a rule: typed intent -> words as `iptables -S` prints them, and back. One row per match.
// Must not know networks, tables or sessions. Every value is checked by its row; no caller's text gets through unread.
import type { Family } from '../family.js';
import { checkChain } from './chains.js';
import { type ConnectionState, checkComment, checkInterface, checkStates, checkSubnet } from './fields.js';

/** A value a packet must have, or must not have. */
export type Matched = string | { readonly not: string };

/** What happens to the packets that match. */
export type Target =
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'masquerade'; readonly randomFully?: boolean };

/** One rule of one chain. What is absent is not looked at. */
export interface Rule {
  readonly chain: string;
  /** CIDR without host bits, `172.16.0.0/24`. */
  readonly source?: Matched;
  /** CIDR without host bits. */
  readonly destination?: Matched;
  readonly inInterface?: Matched;
  readonly outInterface?: Matched;
  /** At most 255 bytes of printable ASCII. */
  readonly comment?: string;
  readonly states?: readonly ConnectionState[];
  readonly target: Target;
}

type MatchKey = Exclude<keyof Rule, 'chain' | 'target'>;

interface MatchRow {
  readonly key: MatchKey;
  readonly words: readonly string[];
  readonly negatable: boolean;
  /** The one spelling of a value; throws where there is none. */
  check(value: unknown, family: Family): string;
  /** From the word back to the option's value, where that is not the word. */
  read?(word: string): unknown;
}

// In the order in which `-S` prints them: the kernel's own fields first, then extensions as they were given.
const matches: readonly MatchRow[] = [
  { key: 'source', words: ['-s'], negatable: true, check: checkSubnet },
  { key: 'destination', words: ['-d'], negatable: true, check: checkSubnet },
  { key: 'inInterface', words: ['-i'], negatable: true, check: checkInterface },
  { key: 'outInterface', words: ['-o'], negatable: true, check: checkInterface },
  { key: 'comment', words: ['-m', 'comment', '--comment'], negatable: false, check: checkComment },
  {
    key: 'states',
    words: ['-m', 'conntrack', '--ctstate'],
    negatable: false,
    check: checkStates,
    read: (word) => word.split(','),
  },
];

const verdicts: ReadonlyMap<string, Target> = new Map([
  ['-j ACCEPT', { kind: 'accept' }],
  ['-j DROP', { kind: 'drop' }],
  ['-j RETURN', { kind: 'return' }],
  ['-j MASQUERADE', { kind: 'masquerade' }],
  ['-j MASQUERADE --random-fully', { kind: 'masquerade', randomFully: true }],
]);

/**
 * The words of a rule after `-A CHAIN`, exactly as `iptables -S` prints them back.
 * @throws {TypeError | RangeError} naming the field, for a value that is not what the field takes
 */
export function ruleWords(rule: Rule, family: Family = 4): string[] {
  checkChain(rule.chain);
  const words: string[] = [];
  for (const row of matches) {
    const value = rule[row.key];
    if (value === undefined) continue;
    const negated = row.negatable && typeof value === 'object' && 'not' in value;
    if (negated) words.push('!');
    words.push(...row.words, row.check(negated ? value.not : value, family));
  }
  return [...words, ...targetWords(rule.target)];
}

/** Reads words back into a rule; undefined where they hold anything that {@link ruleWords} would not write. */
export function readRule(chain: string, words: readonly string[], family: Family = 4): Rule | undefined {
  const fields: Record<string, unknown> = { chain };
  let at = 0;
  for (const row of matches) {
    const negated = row.negatable && words[at] === '!';
    const start = negated ? at + 1 : at;
    const value = words[start + row.words.length];
    if (value === undefined || !row.words.every((word, i) => words[start + i] === word)) continue;
    const read = row.read ? row.read(value) : value;
    fields[row.key] = negated ? { not: read } : read;
    at = start + row.words.length + 1;
  }
  const target = readTarget(words.slice(at));
  if (target === undefined) return undefined;
  const rule = { ...fields, target } as unknown as Rule;
  try {
    return ruleWords(rule, family).join('\0') === words.join('\0') ? rule : undefined;
  } catch {
    return undefined; // a value no rule of ours could have: somebody else's
  }
}

function targetWords(target: Target): string[] {
  switch (target.kind) {
    case 'jump':
      return ['-j', checkChain(target.chain)];
    case 'accept':
      return ['-j', 'ACCEPT'];
    case 'drop':
      return ['-j', 'DROP'];
    case 'return':
      return ['-j', 'RETURN'];
    case 'masquerade':
      return target.randomFully === true ? ['-j', 'MASQUERADE', '--random-fully'] : ['-j', 'MASQUERADE'];
    default:
      throw new RangeError(`target.kind: unknown ${JSON.stringify((target as { kind: unknown }).kind)}`);
  }
}

function readTarget(words: readonly string[]): Target | undefined {
  const verdict = verdicts.get(words.join(' '));
  if (verdict !== undefined) return verdict;
  const chain = words[1];
  return words.length === 2 && words[0] === '-j' && chain !== undefined ? { kind: 'jump', chain } : undefined;
}
