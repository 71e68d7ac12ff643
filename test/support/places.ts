// Where each attribute table stands in a request: the path errors name, and how a value in the table becomes a whole request.

import type { Description, TableDescription } from '../../src/binding.js';

type Row = TableDescription['rows'][number];
type Fields = Readonly<Record<string, unknown>>;

export interface Place {
  readonly object: string;
  readonly table: TableDescription;
  /** 'linkInfo.data', empty at the top. */
  readonly path: string;
  /** Puts the fields of this table into a request. */
  wrap(fields: Fields): Fields;
}

/** Every table a request reaches, once. */
export function places(description: Description): readonly Place[] {
  const byName = new Map(description.tables.map((table) => [table.name, table]));
  const tableOf = (table: string | TableDescription | null | undefined) =>
    typeof table === 'string' ? byName.get(table) : (table ?? undefined);
  const found: Place[] = [];

  function visit(place: Place): void {
    if (found.some(({ table }) => table === place.table)) return;
    found.push(place);
    for (const row of place.table.rows)
      if (row.access !== 'ReadOnly') for (const next of below(place, row)) visit(next);
  }

  function below(place: Place, row: Row): Place[] {
    const at = place.path === '' ? row.name : `${place.path}.${row.name}`;
    const inside = (
      table: string | TableDescription | null | undefined,
      path = at,
      put: (fields: Fields) => unknown = (fields) => fields,
      beside: Fields = {},
    ): Place[] => {
      const known = tableOf(table);
      const wrap = (fields: Fields) => place.wrap({ ...beside, [row.name]: put(fields) });
      return known === undefined ? [] : [{ object: place.object, table: known, path, wrap }];
    };
    switch (row.type) {
      case 'Nested':
      case 'Struct':
        return inside(row.table);
      case 'PeerInfo':
        return [row.header, row.table].flatMap((table) => inside(table));
      case 'Structs':
        return inside(row.table, `${at}.0`, (fields) => [fields]);
      case 'Choice':
        return (tableOf(row.table)?.rows ?? []).flatMap(({ name, table }) =>
          inside(table, at, undefined, { kind: name }),
        );
      case 'NextHops':
        return [row.header, row.table].flatMap((table) => inside(table, `${at}.0`, (fields) => [fields]));
      case 'List':
      case 'Repeated':
        return inside(tableOf(row.table)?.rows[0]?.table, `${at}.0`, (fields) => [fields]);
      case 'LinkData':
        return description.kinds.flatMap(({ name, data }) => inside(data, at, undefined, { kind: name }));
      case 'PortData':
        return description.kinds.flatMap(({ name, port }) =>
          inside(port, at, undefined, { slaveKind: name }),
        );
      default:
        return [];
    }
  }

  for (const { name, header, attributes } of description.objects) {
    for (const table of [header, attributes].map(tableOf)) {
      if (table !== undefined) visit({ object: name, table, path: '', wrap: (fields) => fields });
    }
  }
  return found;
}
