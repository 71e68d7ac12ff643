// How a row of the attribute tables and its value become ip's words. The row's `ip` says how: 'mtu BYTES' → 'mtu 1400';
// 'isolated { on | off }' → 'isolated on'; 'master NAME | nomaster' → 'master br0'. Knows no object.

import type { TableDescription } from '../binding.js';
import { shellWord } from '../shell-word.js';
import type { Surroundings } from './surroundings.js';

export type Row = TableDescription['rows'][number];
export type Fields = Readonly<Record<string, unknown>>;

/** What a row's `ip` cannot say in general, by the row's name. */
export type Special = Readonly<Record<string, (value: never, at: Surroundings) => readonly string[]>>;

/** The words of every field that ip has words for, in the order of the fields. */
export function spell(
  tables: readonly (TableDescription | undefined)[],
  value: Fields,
  at: Surroundings,
  special: Special = {},
): readonly string[] {
  return Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined) return [];
    const own = Object.hasOwn(special, name) ? special[name] : undefined;
    if (own !== undefined) return own(field as never, at);
    const rows = tables.flatMap((table) => table?.rows ?? []);
    const row = rows.find((candidate) => candidate.name === name);
    return row === undefined ? [] : words(row, field, at);
  });
}

function words(row: Row, value: unknown, at: Surroundings): readonly string[] {
  // Nothing, or more than one row can tell.
  if (row.ip === '' || row.ip.includes('…')) return [];
  const [, keyed = '', yes = '', no = ''] = /^(\S+) \{ (\S+) \| (\S+) \}$/.exec(row.ip) ?? [];
  if (typeof value === 'boolean' && keyed !== '') return [keyed, value === (yes !== '0') ? yes : no];
  const [first = '', otherwise] = keyed === '' ? row.ip.split(' | ') : [`${keyed} CHOICE`];
  const [keyword = '', placeholder] = first.split(' ');
  if (placeholder === undefined) return value === true ? [keyword] : [];
  if (row.type === 'LinkIndex')
    return value === 0 && otherwise !== undefined ? [otherwise] : [keyword, at.link(value)];
  return [keyword, shellWord(String(placeholder === 'NUMBER' ? numberOf(row, value) : value))];
}

function numberOf({ names }: Row, value: unknown): unknown {
  return names?.find(({ name }) => name === value)?.value ?? value;
}
