// The attribute tables by what they belong to. Asked for once: they are the addon's and do not change.

import { binding, type TableDescription } from '../binding.js';

interface Tables {
  /** Header and attributes, by the object's name. */
  readonly objects: ReadonlyMap<string, readonly (TableDescription | undefined)[]>;
  /** What a link keeps for its kind, and for the kind of its master. */
  readonly kinds: ReadonlyMap<string, TableDescription | undefined>;
  readonly ports: ReadonlyMap<string, TableDescription | undefined>;
  /** Those that rows refer to. */
  readonly named: ReadonlyMap<string, TableDescription>;
}

let described: Tables | undefined;

export function tables(): Tables {
  if (described !== undefined) return described;
  const { tables, kinds, objects } = binding.describe();
  const named = new Map(tables.map((table) => [table.name, table]));
  const find = (table: string | TableDescription | null) =>
    typeof table === 'string' ? named.get(table) : (table ?? undefined);
  described = {
    objects: new Map(objects.map((object) => [object.name, [find(object.header), find(object.attributes)]])),
    kinds: new Map(kinds.map((kind) => [kind.name, find(kind.data)])),
    ports: new Map(kinds.map((kind) => [kind.name, find(kind.port)])),
    named,
  };
  return described;
}
