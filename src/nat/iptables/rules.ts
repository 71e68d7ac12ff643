// Owns the words of a rule: typed rule -> words as `iptables -S` prints them, and back.
// Must not know networks, tables or sessions. Every value is checked by its row; no caller's text gets through unread.
import type { Family } from '../family.js';
import type { Protocol } from '../ports.js';
import { checkChain } from './chains.js';
import type { ConnectionState, PortRange } from './fields.js';
import { matches } from './matches.js';
import { readTarget, type Target, targetWords } from './targets.js';

export type { Target } from './targets.js';

/** A value a packet must have, or must not have. */
export type Matched<Value = string> = Value | { readonly not: Value };

/** One rule of one chain. What is absent is not looked at. */
export interface Rule {
  readonly chain: string;
  /** CIDR without host bits, `172.16.0.0/24`. */
  readonly source?: Matched;
  /** CIDR without host bits. */
  readonly destination?: Matched;
  readonly inInterface?: Matched;
  readonly outInterface?: Matched;
  readonly protocol?: Protocol;
  /** Destination ports; only with a protocol. */
  readonly ports?: PortRange;
  /** At most 255 bytes of printable ASCII. */
  readonly comment?: string;
  /** What the routing says of the destination: `LOCAL` is an address of this host. */
  readonly destinationType?: 'LOCAL';
  /** The bridge passes it on itself, from port to port. */
  readonly bridged?: true;
  readonly states?: Matched<readonly ConnectionState[]>;
  readonly target: Target;
}

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
    const text = row.check(negated ? value.not : value, family);
    words.push(...row.module(rule), ...(negated ? ['!'] : []), row.flag, ...(row.bare ? [] : [text]));
  }
  return [...words, ...targetWords(rule.target, family)];
}

/** Reads words back into a rule; undefined where they hold anything that {@link ruleWords} would not write. */
export function readRule(chain: string, words: readonly string[], family: Family = 4): Rule | undefined {
  const fields: Record<string, unknown> = { chain };
  let at = 0;
  for (const row of matches) {
    const expected = row.module(fields);
    if (!expected.every((word, i) => words[at + i] === word)) continue;
    let next = at + expected.length;
    const negated = row.negatable && words[next] === '!';
    if (negated) next++;
    const value = row.bare ? '' : words[next + 1];
    if (words[next] !== row.flag || value === undefined) continue;
    const read = row.read(value);
    fields[row.key] = negated ? { not: read } : read;
    at = next + (row.bare ? 1 : 2);
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
