// Random objects of the attribute tables: what a request takes, the bytes it stands for, and what reading these bytes gives.
// Driven by describe(), so that a new table is covered by itself. An encoder of its own on purpose; never calls the codec.

import fc from 'fast-check';
import type { Description, TableDescription } from '../../src/binding.js';
import { bytesSample, integersOf, namedValue, scalarSample } from './scalar-samples.js';

export type Row = TableDescription['rows'][number];

/** `request`: what encode takes; `reading`: what the kernel may report. */
export type Mode = 'request' | 'reading';

export interface Sample {
  /** What encode takes. */
  readonly value: unknown;
  /** What decode gives. */
  readonly read: unknown;
  /** A payload, without an attribute's header. */
  readonly bytes: Buffer;
  /** Of a repeated attribute: each one's payload. */
  readonly each?: readonly Buffer[];
}

/** One property of an object. */
interface Member {
  readonly row: Row | undefined;
  readonly type: number;
  readonly sample: Sample;
}

interface UnknownAttribute {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Deep enough for what stands in a veth's peer, where the tables come back to links. */
const deepest = 5;
const NLA_F_NESTED = 0x8000;
const nests = ['Nested', 'List', 'LinkData', 'PortData', 'PeerInfo', 'Encap'];
const chosenBy: Readonly<Record<string, string>> = {
  LinkData: 'kind',
  PortData: 'slaveKind',
  Choice: 'kind',
};
const holders = ['Nested', 'List', 'Repeated', 'Choice', 'LinkData', 'PortData', 'PeerInfo', 'NextHops'];

function attribute(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + payload.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)]);
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export class Samples {
  /** The rows that came up, as `Table.row`. */
  readonly seen = new Set<string>();
  readonly #tables: ReadonlyMap<string, TableDescription>;

  constructor(
    readonly description: Description,
    readonly mode: Mode,
  ) {
    this.#tables = new Map(description.tables.map((table) => [table.name, table]));
  }

  /** A whole message behind its netlink header. */
  object(name: string): fc.Arbitrary<Sample> {
    const object = this.description.objects.find((candidate) => candidate.name === name);
    if (object === undefined) throw new Error(`no object ${name}`);
    return this.#headed(this.table(object.header), this.table(object.attributes), 0);
  }

  /** As `object('link')`, with what a kind keeps. */
  linkOfKind(kind: Kind): fc.Arbitrary<Sample> {
    const info = this.table('LinkInfo');
    const row = (name: string) => info.rows.find((candidate) => candidate.name === name);
    const parts = [
      ['kind', 'data', kind.data],
      ['slaveKind', 'slaveData', kind.port],
    ] as const;
    const members = parts.flatMap(([name, holder, table]) => {
      const [named, held] = [row(name), row(holder)];
      if (!table || !named || !held) return [];
      return [
        fc.constant({ row: named, type: named.number, sample: textOf(kind.name) }),
        this.#nest(this.table(table), 2).map((sample) => ({
          row: held,
          type: held.number | NLA_F_NESTED,
          sample,
        })),
      ];
    });
    const [holder] = this.table('LinkAttributes').rows.filter(({ name }) => name === 'linkInfo');
    if (holder === undefined) throw new Error('links have no kind');
    return fc.tuple(this.#struct(this.table('LinkHeader')), ...members).map(([head, ...made]) => {
      const sample = this.#together(info, made as Member[]);
      return {
        value: { ...(head.value as object), linkInfo: sample.value },
        read: { ...(head.read as object), linkInfo: sample.read },
        bytes: Buffer.concat([head.bytes, attribute(holder.number | NLA_F_NESTED, sample.bytes)]),
      };
    });
  }

  table(table: string | TableDescription | null | undefined): TableDescription {
    const found = typeof table === 'string' ? this.#tables.get(table) : table;
    if (!found) throw new Error(`no table ${String(table)}`);
    return found;
  }

  /** The rows a message of this mode may have. */
  rowsOf(table: TableDescription): readonly Row[] {
    const other = this.mode === 'request' ? 'ReadOnly' : 'WriteOnly';
    return table.rows.filter(({ access }) => access !== other);
  }

  #headed(header: TableDescription, attributes: TableDescription, depth: number): fc.Arbitrary<Sample> {
    return fc.tuple(this.#struct(header), this.#nest(attributes, depth)).map(([head, rest]) => ({
      value: { ...(head.value as object), ...(rest.value as object) },
      read: { ...(head.read as object), ...(rest.read as object) },
      bytes: Buffer.concat([head.bytes, Buffer.alloc(-head.bytes.length & 3), rest.bytes]),
    }));
  }

  /** Every field, at its place; what this mode cannot set is 0. */
  #struct(table: TableDescription): fc.Arbitrary<Sample> {
    const settable = new Set(this.rowsOf(table));
    const fields = table.rows.map((row) => this.#field(row, settable.has(row)));
    return fc.tuple(...fields).map((made) => {
      const tail = made.filter((_, i) => table.rows[i]?.type === 'Structs').map(({ bytes }) => bytes);
      const bytes = Buffer.concat([Buffer.alloc(table.size), ...tail]);
      const entries = table.rows.flatMap((row, i) => (made[i] === undefined ? [] : [{ row, made: made[i] }]));
      for (const { row, made } of entries) {
        if (row.type !== 'Structs') made.bytes.copy(bytes, row.number);
        if (settable.has(row)) this.seen.add(`${table.name}.${row.name}`);
      }
      const settables = entries.filter(({ row }) => settable.has(row));
      const readables = entries.filter(({ row }) => row.access !== 'WriteOnly');
      return {
        value: fromEntries(settables.map(({ row, made }) => [row.name, made.value])),
        read: fromEntries(readables.map(({ row, made }) => [row.name, made.read])),
        bytes,
      };
    });
  }

  #field(row: Row, settable: boolean): fc.Arbitrary<Sample> {
    if (row.type === 'Struct') return this.#struct(this.table(row.table));
    if (row.type === 'Structs') return this.#structs(this.table(row.table));
    const numbers = settable ? integersOf(row, this.mode) : fc.constant(0);
    return numbers.map((number) => {
      const { payload, value } = namedValue(row, number);
      return { value, read: value, bytes: payload };
    });
  }

  #structs(table: TableDescription): fc.Arbitrary<Sample> {
    return fc.array(this.#struct(table), { maxLength: 3 }).map(together);
  }

  #nest(table: TableDescription, depth: number): fc.Arbitrary<Sample> {
    const rows = this.rowsOf(table).filter(({ type }) => depth < deepest || !holders.includes(type));
    return fc
      .tuple(fc.subarray([...rows]), this.#kinds(table), this.#unknown(table))
      .chain(([chosen, kinds, unknown]) => {
        // Data stands beside the kind it is of.
        const wanted = (row: Row) =>
          chosen.includes(row) ||
          chosen.some(({ type }) => chosenBy[type] === row.name && isKindRow(table, row));
        const members = rows.filter(wanted).flatMap((row) => this.#member(table, row, kinds, depth));
        return fc.tuple(...members).map((made) => this.#together(table, [...made, ...unknown]));
      });
  }

  #together(table: TableDescription, members: readonly Member[]): Sample {
    const unknown: UnknownAttribute[] = [];
    for (const { row, type, sample } of members) {
      if (row !== undefined) this.seen.add(`${table.name}.${row.name}`);
      if (row === undefined || row.access === 'WriteOnly')
        unknown.push({ type: type & ~NLA_F_NESTED, data: new Uint8Array(sample.bytes) });
    }
    const known = members.flatMap(({ row, sample }) => (row === undefined ? [] : [{ row, sample }]));
    return {
      value: fromEntries(known.map(({ row, sample }) => [row.name, sample.value])),
      read: fromEntries([
        ...known
          .filter(({ row }) => row.access !== 'WriteOnly')
          .map(({ row, sample }) => [row.name, sample.read] as const),
        ['unknown', unknown.length > 0 ? unknown : undefined],
      ]),
      bytes: Buffer.concat(
        members.flatMap(({ type, sample: { bytes, each = [bytes] } }) =>
          each.map((payload) => attribute(type, payload)),
        ),
      ),
    };
  }

  #member(table: TableDescription, row: Row, kinds: Kinds, depth: number): fc.Arbitrary<Member>[] {
    const sample = this.#sample(table, row, kinds, depth);
    const rows = this.#rowsBehind(row);
    const chosen =
      rows === undefined ? row : rows.find(({ name }) => row.type !== 'Choice' || name === kinds.kind?.name);
    const type = chosen && nests.includes(chosen.type) ? row.number | NLA_F_NESTED : row.number;
    return sample === undefined ? [] : [sample.map((made) => ({ row, type, sample: made }))];
  }

  /** Those of which one stands in a row's place. */
  #rowsBehind({ type, table }: Row): readonly Row[] | undefined {
    return type === 'Choice' || type === 'Repeated' ? this.table(table).rows : undefined;
  }

  #sample(table: TableDescription, row: Row, kinds: Kinds, depth: number): fc.Arbitrary<Sample> | undefined {
    switch (row.type) {
      case 'Nested':
        return this.#nest(this.table(row.table), depth + 1);
      case 'List':
        return this.#list(this.table(row.table), depth + 1);
      case 'Repeated':
        return this.#repeated(this.table(row.table), depth);
      case 'LinkData':
        return this.#dataOf(kinds.kind?.data, depth);
      case 'PortData':
        return this.#dataOf(kinds.slaveKind?.port, depth);
      case 'PeerInfo':
        return this.#headed(this.table(row.header), this.table(row.table), depth + 1);
      case 'NextHops':
        return this.#hops(row, depth + 1);
      case 'Struct':
        return this.#struct(this.table(row.table));
      case 'Structs':
        return this.#structs(this.table(row.table));
      case 'Choice':
        return this.#choice(this.table(row.table), kinds.kind?.name, depth);
      default:
        if (isKindRow(table, row)) return fc.constant(textOf(kinds[row.name]?.name ?? 'dummy'));
        return scalarSample(row, this.mode);
    }
  }

  #dataOf(
    table: string | TableDescription | null | undefined,
    depth: number,
  ): fc.Arbitrary<Sample> | undefined {
    return table ? this.#nest(this.table(table), depth + 1) : undefined;
  }

  /** What the tables do not know of is bytes. */
  #choice(choices: TableDescription, kind: string | undefined, depth: number): fc.Arbitrary<Sample> {
    const row = choices.rows.find(({ name }) => name === kind);
    const sample = row && this.#sample(choices, row, {}, depth);
    if (row === undefined || sample === undefined) return bytesSample;
    this.seen.add(`${choices.name}.${row.name}`);
    return sample;
  }

  #list(table: TableDescription, depth: number): fc.Arbitrary<Sample> {
    const [element] = table.rows;
    const one = element && this.#sample(table, element, {}, depth);
    if (!element || !one) throw new Error(`${table.name} has no element`);
    this.seen.add(`${table.name}.${element.name}`);
    const first = element.minimum ?? 0;
    const nest = nests.includes(element.type) ? NLA_F_NESTED : 0;
    return fc.array(one, { maxLength: 4 }).map((made) => ({
      ...together(made),
      bytes: Buffer.concat(
        made.map(({ bytes }, i) => attribute((element.number || i + Number(first)) | nest, bytes)),
      ),
    }));
  }

  #repeated(table: TableDescription, depth: number): fc.Arbitrary<Sample> {
    const [element] = table.rows;
    const one = element && this.#sample(table, element, {}, depth);
    if (!element || !one) throw new Error(`${table.name} has no element`);
    this.seen.add(`${table.name}.${element.name}`);
    return fc
      .array(one, { minLength: 1, maxLength: 3 })
      .map((made) => ({ ...together(made), each: made.map(({ bytes }) => bytes) }));
  }

  #hops(row: Row, depth: number): fc.Arbitrary<Sample> {
    const hop = this.#headed(this.table(row.header), this.table(row.table), depth).map((made) => {
      made.bytes.writeUInt16LE(made.bytes.length, 0);
      return made;
    });
    return fc.array(hop, { minLength: 1, maxLength: 3 }).map(together);
  }

  /** Of links, or of what the table chooses from. */
  #kinds(table: TableDescription): fc.Arbitrary<Kinds> {
    const choice = table.rows.find(({ type }) => type === 'Choice');
    const choices = choice === undefined ? [] : this.table(choice.table).rows.map(({ name }) => name);
    if (choice !== undefined)
      return fc
        .constantFrom(...choices, 'nosuch')
        .map((name) => ({ kind: { name, data: null, port: null } }));
    const { kinds } = this.description;
    return fc.record({ kind: fc.constantFrom(...kinds), slaveKind: fc.constantFrom(...kinds) });
  }

  /** What a newer kernel may send. */
  #unknown(table: TableDescription): fc.Arbitrary<Member[]> {
    if (this.mode === 'request') return fc.constant([]);
    const known = new Set(table.rows.map(({ number }) => number));
    const one = fc
      .tuple(
        fc.integer({ min: 1, max: 0x3fff }).filter((type) => !known.has(type)),
        fc.uint8Array({ maxLength: 9 }),
      )
      .map(([type, data]) => ({
        row: undefined,
        type,
        sample: { value: undefined, read: undefined, bytes: Buffer.from(data) },
      }));
    return fc.array(one, { maxLength: 2 });
  }
}

type Kind = Description['kinds'][number];
type Kinds = Readonly<Record<string, Kind>>;

function isKindRow({ rows }: TableDescription, { name, type }: Row): boolean {
  const chosen = rows.some((row) => row.type === 'LinkData' || row.type === 'Choice');
  return type === 'Text' && ['kind', 'slaveKind'].includes(name) && chosen;
}

function together(made: readonly Sample[]): Sample {
  return {
    value: made.map(({ value }) => value),
    read: made.map(({ read }) => read),
    bytes: Buffer.concat(made.map(({ bytes }) => bytes)),
  };
}

function textOf(text: string): Sample {
  return { value: text, read: text, bytes: Buffer.from(`${text}\0`) };
}
