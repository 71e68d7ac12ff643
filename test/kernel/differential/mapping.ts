// Compares one object as we read it with the same as iproute2 prints it, by a mapping: which of our attributes is which of its
// fields, and how it writes the value. A field of its own that no row maps and ignored.ts does not list is a difference.

import { type Format, formats, type Scene, Tolerant } from './formats.js';
import { ignored } from './ignored.js';

export type Plain = Readonly<Record<string, unknown>>;

/** iproute2's field, our attribute, and how the one is written as the other; `same` where nothing is said. A list of rows is for a list of objects. Both names are paths. */
export type Row = readonly [theirs: string, ours: string, as?: Format | readonly Row[] | undefined];

export interface Difference {
  readonly field: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface Comparison {
  /** How many fields at least one of the two has. */
  readonly fields: number;
  readonly differences: readonly Difference[];
}

/** Our value at a path, `linkInfo.data.priority`. */
export function valueAt(object: unknown, path: string): unknown {
  if (path === '') return object;
  return path.split('.').reduce<unknown>((value, name) => (value as Plain | undefined)?.[name], object);
}

/** Its fields by path; what holds other objects is taken apart, lists are not. */
export function fieldsOf(object: Plain, prefix = ''): (readonly [string, unknown])[] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fieldsOf(value as Plain, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value] as const],
  );
}

export function same(ours: unknown, theirs: unknown): boolean {
  if (ours instanceof Tolerant) return ours.admits(theirs);
  return JSON.stringify(ours) === JSON.stringify(theirs);
}

/** @param name what it is, for the ignored fields: 'route' */
export function compare(
  name: string,
  rows: readonly Row[],
  ours: unknown,
  theirs: Plain,
  scene: Scene,
): Comparison {
  const rest = new Map(fieldsOf(theirs));
  const differences: Difference[] = [];
  let fields = 0;
  for (const [field, path, as = 'same'] of rows) {
    const value = valueAt(ours, path);
    const found = rest.get(field);
    rest.delete(field);
    if (typeof as !== 'string') {
      const inner = compareLists(
        `${name}.${field}`,
        as,
        [value ?? []].flat(),
        (found ?? []) as Plain[],
        scene,
      );
      fields += inner.fields;
      differences.push(...inner.differences);
      continue;
    }
    const written = formats[as](value, { whole: ours as Plain, path, scene });
    if (written === undefined && found === undefined) continue;
    fields += 1;
    if (!same(written, found)) differences.push({ field: `${name}.${field}`, ours: written, theirs: found });
  }
  for (const [field, value] of rest)
    if (!Object.hasOwn(ignored, `${name.replace('.get', '')}.${field.split('.')[0]}`))
      differences.push({ field: `${name}.${field}`, ours: 'NOT MAPPED', theirs: value });
  return { fields, differences };
}

/** Compares two lists, one object after the other: both are in the kernel's order. */
export function compareLists(
  name: string,
  rows: readonly Row[] | ((ours: Plain) => readonly Row[]),
  ours: readonly unknown[],
  theirs: readonly Plain[],
  scene: Scene,
): Comparison {
  if (ours.length !== theirs.length)
    return { fields: 1, differences: [{ field: `${name} list`, ours, theirs }] };
  const all = theirs.map((object, i) => {
    const mine = ours[i] as Plain;
    const { fields, differences } = compare(
      name,
      typeof rows === 'function' ? rows(mine) : rows,
      mine,
      object,
      scene,
    );
    return { fields, differences: differences.map((one) => ({ ...one, field: `${one.field} of ${i}` })) };
  });
  return {
    fields: all.reduce((sum, { fields }) => sum + fields, 0),
    differences: all.flatMap(({ differences }) => differences),
  };
}
