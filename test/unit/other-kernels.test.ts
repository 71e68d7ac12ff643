// Messages of kernels that are older or newer than the tables: shorter and longer structs, attributes that grew, attributes nobody
// knows yet. For every table by itself.

import { describe, expect, it } from 'vitest';
import { binding, type TableDescription } from '../../src/binding.js';

const description = binding.describe();
type Row = TableDescription['rows'][number];

const widths: Readonly<Record<string, number>> = {
  Bool: 1,
  U8: 1,
  S8: 1,
  U16: 2,
  Be16: 2,
  U32: 4,
  S32: 4,
  Be32: 4,
  LinkIndex: 4,
  U64: 8,
  S64: 8,
};

const table = (name: string | TableDescription | undefined) =>
  typeof name === 'string' ? description.tables.find((candidate) => candidate.name === name) : name;

function attribute(type: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + payload.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)]);
}

/** Every object with its own attributes. */
const objects = description.objects.map(({ name, header, attributes }) => ({
  name,
  header: table(header)?.size ?? 0,
  rows: table(attributes)?.rows ?? [],
}));

const readable = ({ access }: Row) => access !== 'WriteOnly';
const rowsOf = (wanted: (row: Row) => boolean) =>
  objects.flatMap(({ name, header, rows }) =>
    rows
      .filter((row) => readable(row) && wanted(row))
      .map((row) => [`${name}.${row.name}`, { name, header, row }] as const),
  );

function decode(name: string, header: number, ...attributes: readonly Uint8Array[]) {
  return binding.decode(name, Buffer.concat([Buffer.alloc(16 + header + (-header & 3)), ...attributes]));
}

describe('a struct', () => {
  const structs = rowsOf(({ type }) => type === 'Struct');

  it.each(structs)(
    'that an older kernel has shorter, %s, lacks the fields that are not whole',
    (_, { name, header, row }) => {
      const { size = 0, rows = [] } = table(row.table) ?? {};
      for (let length = 0; length <= size; length += 1) {
        const read = decode(name, header, attribute(row.number, Buffer.alloc(length, 1)))[row.name];
        const whole = rows.filter(
          (field) => readable(field) && field.number + (widths[field.type] ?? 0) <= length,
        );
        expect(Object.keys(read as object)).toEqual(whole.map((field) => field.name));
      }
    },
  );

  it.each(structs)(
    'that a newer kernel has longer, %s, is read as far as it is known',
    (_, { name, header, row }) => {
      const known = Buffer.alloc(table(row.table)?.size ?? 0, 1);
      const longer = Buffer.concat([known, Buffer.alloc(12, 0xff)]);
      expect(decode(name, header, attribute(row.number, longer))).toEqual(
        decode(name, header, attribute(row.number, known)),
      );
    },
  );
});

describe('a number', () => {
  const numbers = rowsOf(({ type }) => widths[type] !== undefined);

  it('that grew is read by its first bytes', () => {
    for (const [, { name, header, row }] of numbers) {
      const known = Buffer.alloc(widths[row.type] ?? 0, 1);
      const grown = Buffer.concat([known, Buffer.alloc(4)]);
      expect(decode(name, header, attribute(row.number, grown))).toEqual(
        decode(name, header, attribute(row.number, known)),
      );
    }
    expect(numbers.length).toBeGreaterThan(50);
  });

  it('that is cut short is refused', () => {
    for (const [, { name, header, row }] of numbers) {
      const cut = attribute(row.number, Buffer.alloc((widths[row.type] ?? 0) - 1));
      expect(() => decode(name, header, cut)).toThrow(/decode: EBADMSG: .*value is cut short/);
    }
  });
});

describe('an attribute that is not known', () => {
  it.each(objects.map((object) => [object.name, object] as const))(
    'of a %s is kept as it came',
    (name, { header, rows }) => {
      const known = rows.map(({ number }) => number);
      const news = [...Array(300).keys()].filter((number) => number > 0 && !known.includes(number));
      const attributes = news.map((number) => attribute(number, Buffer.alloc(number % 9, number)));
      const { unknown } = decode(name, header, ...attributes) as {
        unknown: readonly { readonly type: number; readonly data: Uint8Array }[];
      };
      const again = unknown.map(({ type, data }) => attribute(type, data));
      expect(Buffer.concat(again)).toEqual(Buffer.concat(attributes));
    },
  );

  it('is kept in what is nested, too', () => {
    const nested = rowsOf(({ type }) => type === 'Nested');
    for (const [, { name, header, row }] of nested) {
      const inner = attribute(0x3ff0, Buffer.from('c0ffee', 'hex'));
      const read = decode(name, header, attribute(row.number, inner))[row.name];
      expect(read).toMatchObject({ unknown: [{ type: 0x3ff0, data: Uint8Array.of(0xc0, 0xff, 0xee) }] });
    }
    expect(nested.length).toBeGreaterThan(3);
  });

  it('is kept in the data of every kind, too', () => {
    for (const { name, data, port } of description.kinds)
      for (const [at, kindAt, there] of [
        [2, 1, data],
        [5, 4, port],
      ] as const) {
        if (there === null) continue;
        const info = [
          attribute(kindAt, Buffer.from(`${name}\0`)),
          attribute(at, attribute(0x3ff0, Buffer.of(7))),
        ];
        const { linkInfo } = decode('link', 16, attribute(18, Buffer.concat(info)));
        expect(linkInfo).toMatchObject({
          [at === 2 ? 'data' : 'slaveData']: { unknown: [{ type: 0x3ff0, data: Uint8Array.of(7) }] },
        });
      }
  });
});

describe('a value without a name', () => {
  it('is read as its number, and taken as one', () => {
    const named = rowsOf(
      ({ names, bits, access, type }) =>
        names !== undefined && !bits && access === 'ReadWrite' && type === 'U8',
    );
    for (const [, { name, header, row }] of named) {
      const free =
        [...Array(256).keys()].find((value) => !row.names?.some((one) => one.value === value)) ?? 255;
      const bytes = attribute(row.number, Buffer.of(free));
      expect(decode(name, header, bytes)[row.name]).toBe(free);
    }
    expect(named.length).toBeGreaterThan(3);
  });
});
