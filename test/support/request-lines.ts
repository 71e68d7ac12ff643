// A request as lines of text, one per attribute, sorted: two requests that say the same in another order have the same lines.
// The tables tell what is a nest and how attributes are called; where they know nothing, numbers stand. Reads bytes, never calls the codec.

import type { Description, TableDescription } from '../../src/binding.js';
import { type Attribute, walkAttributes, walkMessage } from './attributes.js';

type Row = TableDescription['rows'][number];

/** One attribute or part of the header; `path` as errors spell it. */
export interface Line {
  readonly path: string;
  readonly bytes: Buffer;
}

/** What a request says. */
export interface Lines {
  readonly type: number;
  readonly flags: number;
  readonly lines: readonly Line[];
}

const hex = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') || '(empty)';

export function print({ type, flags, lines }: Lines): string {
  const attributes = lines.map(({ path, bytes }) => `${path} = ${hex(bytes)}`).sort();
  return [`type ${type}`, `flags 0x${flags.toString(16)}`, ...attributes].join('\n');
}

export function linesOf(message: Buffer, object: string, description: Description): Lines {
  const { type, flags, body, attributes } = walkMessage(message);
  const reader = new Reader(description);
  const { header, attributes: table } = reader.object(object);
  return {
    type,
    flags,
    lines: [...reader.fields('header', header, body), ...reader.attributes('', table, attributes)],
  };
}

class Reader {
  readonly #tables: ReadonlyMap<string, TableDescription>;

  constructor(readonly description: Description) {
    this.#tables = new Map(description.tables.map((table) => [table.name, table]));
  }

  object(name: string) {
    const object = this.description.objects.find((candidate) => candidate.name === name);
    if (object === undefined) throw new Error(`no object ${name}`);
    return { header: this.#table(object.header), attributes: this.#table(object.attributes) };
  }

  #table(table: string | TableDescription | null | undefined): TableDescription | undefined {
    return typeof table === 'string' ? this.#tables.get(table) : (table ?? undefined);
  }

  /** The fields of a struct by name, and what lies between them. */
  fields(path: string, table: TableDescription | undefined, bytes: Buffer): Line[] {
    const offsets = [...new Set([0, ...(table?.rows ?? []).map(({ number }) => number)])].sort(
      (a, b) => a - b,
    );
    return offsets.map((from, i) => {
      const row = table?.rows.find(({ number }) => number === from);
      return {
        path: `${path}.${row?.name ?? `@${from}`}`,
        bytes: bytes.subarray(from, offsets[i + 1] ?? bytes.length),
      };
    });
  }

  attributes(path: string, table: TableDescription | undefined, attributes: readonly Attribute[]): Line[] {
    const kinds = this.#kindsAmong(table, attributes);
    const nth = new Map<number, number>();
    return attributes.flatMap(({ type, payload }) => {
      const row: Row | undefined = table?.rows.find(({ number }) => number === type);
      const here = `${path === '' ? '' : `${path}.`}${row?.name ?? type}`;
      if (row?.type !== 'Repeated') return this.#value(here, row, payload, kinds);
      const place = nth.get(type) ?? 0;
      nth.set(type, place + 1);
      return this.#value(`${here}.${place}`, this.#table(row.table)?.rows[0], payload, kinds);
    });
  }

  #value(path: string, row: Row | undefined, payload: Buffer, kinds: Kinds): Line[] {
    const nest = (table: TableDescription | undefined, bytes = payload) => {
      const inside = this.attributes(path, table, walkAttributes(bytes));
      return inside.length > 0 ? inside : [{ path, bytes: Buffer.alloc(0) }];
    };
    switch (row?.type) {
      case 'Nested':
        return nest(this.#table(row.table));
      case 'List':
        return this.#list(path, this.#table(row.table)?.rows[0], payload);
      case 'LinkData':
        return nest(this.#table(kinds.data));
      case 'PortData':
        return nest(this.#table(kinds.port));
      case 'PeerInfo': {
        const header = this.#table(row.header);
        const size = header?.size ?? 0;
        return [
          ...this.fields(`${path}.header`, header, payload.subarray(0, size)),
          ...nest(this.#table(row.table), payload.subarray(size)),
        ];
      }
      case 'NextHops':
        return this.#hops(path, row, payload);
      case 'Choice': {
        const choices = this.#table(row.table);
        return this.#value(
          path,
          choices?.rows.find(({ name }) => name === kinds.name),
          payload,
          kinds,
        );
      }
      case 'Struct':
        return this.#struct(path, this.#table(row.table), payload);
      default:
        return [{ path, bytes: payload }];
    }
  }

  /** Elements by their number. */
  #list(path: string, element: Row | undefined, bytes: Buffer): Line[] {
    const none: Kinds = { name: undefined, data: undefined, port: undefined };
    const elements = walkAttributes(bytes);
    if (elements.length === 0) return [{ path, bytes: Buffer.alloc(0) }];
    return elements.flatMap(({ type, payload }) => this.#value(`${path}.${type}`, element, payload, none));
  }

  /** One line, as far as it holds no other struct. */
  #struct(path: string, table: TableDescription | undefined, bytes: Buffer): Line[] {
    const holds = (table?.rows ?? []).some(({ type }) => type === 'Struct' || type === 'Structs');
    return holds ? this.fields(path, table, bytes) : [{ path, bytes }];
  }

  #hops(path: string, row: Row, bytes: Buffer, at = 0): Line[] {
    if (bytes.length === 0) return [];
    const length = bytes.readUInt16LE(0);
    if (length < 8 || length > bytes.length) throw new Error(`hop ${at} claims ${length} bytes`);
    const hop = `${path}.${at}`;
    return [
      ...this.fields(`${hop}.header`, this.#table(row.header), bytes.subarray(0, 8)),
      ...this.attributes(hop, this.#table(row.table), walkAttributes(bytes.subarray(8, length))),
      ...this.#hops(path, row, bytes.subarray((length + 3) & ~3), at + 1),
    ];
  }

  // iproute2 names a port by IFLA_INFO_KIND 'bridge_slave'.
  #kindsAmong(table: TableDescription | undefined, attributes: readonly Attribute[]): Kinds {
    const text = (name: string) => {
      const number = table?.rows.find((row) => row.name === name)?.number;
      const found = attributes.find(({ type }) => type === number);
      return found?.payload.toString().replace(/\0$/, '');
    };
    const find = (name: string | undefined) => this.description.kinds.find((kind) => kind.name === name);
    const kind = text('kind');
    return {
      name: kind,
      data: find(kind)?.data,
      port: find(text('slaveKind') ?? kind?.replace(/_slave$/, ''))?.port,
    };
  }
}

interface Kinds {
  readonly name: string | undefined;
  readonly data: string | TableDescription | null | undefined;
  readonly port: string | TableDescription | null | undefined;
}
