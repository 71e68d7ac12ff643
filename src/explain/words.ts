// How a row of the attribute tables and its value become ip's words. The row's `ip` says how, in the forms below; a row whose
// `ip` has a '…' says more than one row can tell, and nothing here. Knows no object.

import type { TableDescription } from '../binding.js';
import { shellWord } from '../shell-word.js';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';

export type Row = TableDescription['rows'][number];
export type Fields = Readonly<Record<string, unknown>>;

/** What a row's `ip` cannot say in general, by the row's name. */
export type Special = Readonly<Record<string, (value: never, at: Surroundings) => readonly string[]>>;

/** The words of every field that ip has words for, in the order of the fields. */
export function spell(
  among: readonly (TableDescription | undefined)[],
  value: Fields,
  at: Surroundings,
  special: Special = {},
): readonly string[] {
  return Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined) return [];
    const own = Object.hasOwn(special, name) ? special[name] : undefined;
    if (own !== undefined) return own(field as never, at);
    const rows = among.flatMap((table) => table?.rows ?? []);
    const row = rows.find((candidate) => candidate.name === name);
    return row === undefined ? [] : words(row, field, at);
  });
}

interface Form {
  readonly pattern: RegExp;
  readonly say: (found: readonly string[], row: Row, value: unknown, at: Surroundings) => readonly string[];
}

const forms: readonly Form[] = [
  // '{ gvrp | mvrp } { on | off }': a struct of what is on and of what is meant; the words are in the order of the names.
  {
    pattern: /^\{ (.+) \} \{ (.+) \}$/,
    say: ([, all = '', choice = ''], row, value) => {
      const [on, meant] = tables().named.get(row.table ?? '')?.rows ?? [];
      const { [on?.name ?? '']: set, [meant?.name ?? '']: mask } = value as Fields;
      const word = (name: string) => alternatives(all)[placeOf(meant, name)];
      return namesIn(mask).flatMap((name) => {
        const key = word(name);
        return key === undefined ? [] : [key, chosen(choice, namesIn(set).includes(name))];
      });
    },
  },
  // '{ bridge | private }': the word of each name.
  {
    pattern: /^\{ (.+) \}$/,
    say: ([, all = ''], row, value) => [alternatives(all)[placeOf(row, value)] ?? []].flat(),
  },
  // '[ nopromisc ] [ nodst ]': the words of the names that are set.
  {
    pattern: /^\[ (.+) \]$/,
    say: ([, all = ''], row, value) =>
      namesIn(value).flatMap((name) => all.split(' ] [ ')[placeOf(row, name)]?.split(' ') ?? []),
  },
  // 'hairpin { on | off }', 'mode { default | dormant }'
  {
    pattern: /^(\S+) \{ (.+) \}$/,
    say: ([, key = '', choice = ''], row, value) => [
      key,
      typeof value === 'boolean'
        ? chosen(choice, value)
        : (alternatives(choice)[placeOf(row, value)] ?? String(value)),
    ],
  },
];

// 'mtu BYTES', 'master NAME | nomaster', 'learning | nolearning', 'gbp', 'srcport LOW HIGH', 'egress-qos-map FROM:TO',
// 'arp_ip_target ADDRESS[,ADDRESS]'
function plain(row: Row, value: unknown, at: Surroundings): readonly string[] {
  const [first = '', otherwise] = alternatives(row.ip);
  const places = first.split(' ');
  const literal = !/[A-Z]/.test(first);
  if (literal && value === true) return places;
  if (value === false || value === 0) {
    if (otherwise !== undefined && !/[A-Z]/.test(otherwise)) return [otherwise];
    if (row.type === 'LinkIndex') return [];
  }
  return literal ? [] : filled(places, row, value, at);
}

function words(row: Row, value: unknown, at: Surroundings): readonly string[] {
  if (row.ip === '' || row.ip.includes('…')) return [];
  for (const { pattern, say } of forms) {
    const found = pattern.exec(row.ip);
    if (found !== null) return say(found, row, value, at);
  }
  return plain(row, value, at);
}

const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);
const alternatives = (text: string): readonly string[] => text.split(' | ');
const placeOf = (row: Row | undefined, name: unknown): number =>
  row?.names?.findIndex((candidate) => candidate.name === name) ?? -1;

/** Of 'on | off' the first word is that of true, of '0 | 1' the second. */
function chosen(choice: string, value: boolean): string {
  const [first = '', second = ''] = alternatives(choice);
  return value === (first !== '0') ? first : second;
}

/** A form with its placeholders, which are in capitals, replaced: by a value, by a struct's fields, or by a list's elements. */
function filled(places: readonly string[], row: Row, value: unknown, at: Surroundings): readonly string[] {
  if (row.type === 'LinkIndex') return places.map((place) => (/[A-Z]/.test(place) ? at.link(value) : place));
  if (row.type === 'Struct') return replaced(places, Object.values(value as Fields));
  if (!Array.isArray(value)) return replaced(places, [textOf(row, value)]);
  const element = places.at(-1) ?? '';
  const key = places.slice(0, -1);
  if (element.includes('[,')) return [...key, value.map(String).join(',')];
  return [
    ...key,
    ...value.flatMap((one) =>
      replaced([element], typeof one === 'object' && one !== null ? Object.values(one) : [one]),
    ),
  ];
}

function replaced(places: readonly string[], values: readonly unknown[]): readonly string[] {
  const rest = values.map(String);
  return places.map((place) =>
    /[A-Z]/.test(place) ? shellWord(place.replace(/[A-Z]+/g, () => rest.shift() ?? '')) : place,
  );
}

function textOf(row: Row, value: unknown): unknown {
  // ip reads some numbers as hexadecimal, whatever stands before.
  if (/ HEX\b/.test(row.ip)) return `0x${Number(value).toString(16)}`;
  if (!/ NUMBER\b/.test(row.ip)) return value;
  return row.names?.find(({ name }) => name === value)?.value ?? value;
}
