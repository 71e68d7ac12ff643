// The attribute tables as the addon describes them, and the questions the emitters ask of them. Knows no output format.

/**
 * @typedef {{ name: string, value: number }} Name
 * @typedef {{
 *   name: string, number: number, kernel: string, type: string, meaning: string, ip: string,
 *   access: 'ReadWrite' | 'ReadOnly' | 'WriteOnly', table?: string, header?: string,
 *   names?: readonly Name[], bits: boolean, minimum?: number, maximum?: number,
 * }} Row
 * @typedef {{ name: string, size: number, rows: readonly Row[] }} Table
 * @typedef {{ name: string, header: Table, attributes: Table, add: number, remove: number, get: number, set: number }} NetlinkObject
 * @typedef {{ name: string, data: Table | null, port: Table | null }} Kind
 * @typedef {{ objects: readonly NetlinkObject[], kinds: readonly Kind[], tables: readonly Table[] }} Description
 * @typedef {'read' | 'request'} Form
 * @typedef {{ header: Table, attributes: Table }} HeadedPair
 */

/**
 * Whether a row takes part in what is read, or in what a request may carry.
 * @param {Row} row @param {Form} form
 */
export function isIn(row, form) {
  return row.access !== (form === 'read' ? 'WriteOnly' : 'ReadOnly');
}

/**
 * A struct or fixed header has a size; attributes have none.
 * @param {Table} table
 */
export function hasAttributes(table) {
  return table.size === 0;
}

/**
 * The objects that have tables of their own; another may be a second set of message types for the same ones.
 * @param {Description} description
 */
export function distinctObjects({ objects }) {
  return objects.filter(
    (object, place) =>
      objects.findIndex((other) => other.attributes.name === object.attributes.name) === place,
  );
}

/**
 * Each fixed header with the attributes that follow it: those of objects, and of records inside attributes.
 * @param {Description} description
 * @returns {readonly HeadedPair[]}
 */
export function headedPairs(description) {
  const inside = description.tables
    .flatMap((table) => table.rows)
    .flatMap(({ header, table }) => (header !== undefined && table !== undefined ? [{ header, table }] : []))
    .map(({ header, table }) => ({
      header: tableNamed(description, header),
      attributes: tableNamed(description, table),
    }));
  return [...description.objects, ...inside].filter(
    (pair, place, all) => all.findIndex((other) => other.header.name === pair.header.name) === place,
  );
}

/**
 * The tables that occur in one form, in the order of the description: those of objects and kinds, and what their rows refer to.
 * A list's table says what an element is and is no object itself.
 * @param {Description} description @param {Form} form
 */
export function tablesIn(description, form) {
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {Table | null} table */
  const visit = (table) => {
    if (table === null || seen.has(table.name)) return;
    seen.add(table.name);
    table.rows.filter((row) => isIn(row, form)).forEach(follow);
  };
  /** @param {Row} row */
  const follow = (row) => {
    const tables = [row.header, row.table].flatMap((name) =>
      name === undefined ? [] : [tableNamed(description, name)],
    );
    if (row.type === 'List' || row.type === 'Repeated') tables.flatMap((table) => table.rows).forEach(follow);
    else tables.forEach(visit);
  };
  for (const object of description.objects) [object.header, object.attributes].forEach(visit);
  for (const kind of description.kinds) [kind.data, kind.port].forEach(visit);
  return description.tables.filter((table) => seen.has(table.name));
}

/**
 * Whether a table says what stands for each kind, rather than what stands together.
 * @param {Description} description @param {Table} table
 */
export function isChoice({ tables }, table) {
  return tables.some(({ rows }) => rows.some((row) => row.type === 'Choice' && row.table === table.name));
}

/** @param {Description} description @param {string} name */
export function tableNamed(description, name) {
  const table = description.tables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`the addon describes no table ${name}`);
  return table;
}

/** @param {string} word */
export function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/**
 * What a table is about, in one sentence: whose it is, or the meaning of the first row that refers to it.
 * @param {Description} description @param {Table} table
 */
export function tableMeaning(description, table) {
  const { objects, kinds, tables } = description;
  for (const { name, header, attributes } of objects) {
    if (header === table) return `The fixed header of ${article(name)}'s messages.`;
    if (attributes === table) return `The attributes of ${article(name)}.`;
  }
  for (const { name, data, port } of kinds) {
    if (data === table) return `What a link of kind '${name}' keeps.`;
    if (port === table) return `What a link of kind '${name}' keeps about each link enslaved to it.`;
  }
  const row = tables
    .flatMap(({ rows }) => rows)
    .find((candidate) => [candidate.header, candidate.table].includes(table.name));
  return row === undefined ? '' : `${row.meaning} \`${row.kernel}\`.`;
}

/** @param {string} noun */
export function article(noun) {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
