// Owns the text of a transaction: typed changes -> `*table … COMMIT` blocks.
// Must not know what the changes are for, nor who sends them.

import type { Family } from '../family.js';
import { checkChain } from './chains.js';
import { type Rule, ruleWords } from './rules.js';
import type { StandingRule } from './standing.js';
import { quoteWord } from './words.js';

/** Tables netplumb touches. */
export const tables = ['nat', 'filter'] as const;
export type Table = (typeof tables)[number];

/**
 * One change. `create` makes a chain, or empties it if somebody made it meanwhile: only for chains of our own. `new` makes one that
 * must not be there. `delete` takes a rule that stands: deleting an absent one fails the whole transaction. `position` counts from 1.
 */
export type Change =
  | { readonly kind: 'create' | 'new' | 'flush' | 'remove'; readonly chain: string }
  | { readonly kind: 'append'; readonly rule: Rule }
  | { readonly kind: 'insert'; readonly rule: Rule; readonly position: number }
  | { readonly kind: 'delete'; readonly rule: StandingRule };

/** The changes of one table: applied all, or none. */
export interface TableChanges {
  readonly table: Table;
  readonly changes: readonly Change[];
}

/**
 * Restore text of one block per table that has changes; empty text where none has. Each block stands or falls by itself, so
 * the first may stand when a later one is refused.
 * @throws {TypeError | RangeError} for a name or value no rule of ours may have
 */
export function printTransaction(blocks: readonly TableChanges[], family: Family = 4): string {
  return blocks
    .filter((block) => block.changes.length > 0)
    .map((block) => {
      const lines = block.changes.map((change) => printChange(change, family));
      return `*${checkTable(block.table)}\n${lines.join('\n')}\nCOMMIT\n`;
    })
    .join('');
}

/** Restore text that prints a table, or the given chains of it, and changes nothing. A chain that is not there is an error. */
export function printRead(table: Table, chains: readonly string[] = []): string {
  const lines = chains.length === 0 ? ['-S'] : chains.map((chain) => `-S ${checkChain(chain)}`);
  return `*${checkTable(table)}\n${lines.join('\n')}\nCOMMIT\n`;
}

/**
 * Cuts a transaction after each COMMIT.
 * @throws {TypeError} for text that is not whole blocks
 */
export function splitBlocks(text: string): string[] {
  if (typeof text !== 'string') throw new TypeError('transaction must be a string');
  const blocks = text.split(/(?<=^COMMIT\n)/m).filter((block) => block !== '');
  if (!blocks.every((block) => /^\*[a-z]+\n/.test(block) && block.endsWith('\nCOMMIT\n'))) {
    throw new TypeError('transaction must be whole blocks from *table to COMMIT');
  }
  return blocks;
}

function printChange(change: Change, family: Family): string {
  switch (change.kind) {
    case 'create':
      return `:${checkChain(change.chain)} - [0:0]`;
    case 'new':
      return `-N ${checkChain(change.chain)}`;
    case 'flush':
      return `-F ${checkChain(change.chain)}`;
    case 'remove':
      return `-X ${checkChain(change.chain)}`;
    case 'append':
      return `-A ${change.rule.chain} ${printWords(ruleWords(change.rule, family))}`;
    case 'insert':
      return `-I ${change.rule.chain} ${checkPosition(change.position)} ${printWords(ruleWords(change.rule, family))}`;
    case 'delete':
      return `-D ${quoteWord(change.rule.chain)} ${printWords(change.rule.words)}`;
  }
}

function printWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function checkTable(table: Table): Table {
  if (!tables.includes(table)) throw new RangeError(`table must be one of ${tables.join(', ')}`);
  return table;
}

function checkPosition(position: number): number {
  if (!Number.isSafeInteger(position) || position < 1)
    throw new RangeError('position must be a whole number from 1');
  return position;
}
