// Names the TypeScript type of a row's value, and the types of enumerations. One place, so that both emitters agree.
import { capitalized, tableNamed } from './description.mjs';

/** @typedef {import('./description.mjs').Description} Description */
/** @typedef {import('./description.mjs').Form} Form */
/** @typedef {import('./description.mjs').Row} Row */
/** @typedef {import('./description.mjs').Table} Table */

/** @type {Readonly<Record<string, string>>} */
const scalars = {
  Flag: 'boolean',
  Bool: 'boolean',
  U8: 'number',
  U16: 'number',
  U32: 'number',
  S8: 'number',
  S16: 'number',
  S32: 'number',
  Be16: 'number',
  Be32: 'number',
  U64: 'bigint',
  Be64: 'bigint',
  Uint: 'bigint',
  S64: 'bigint',
  Text: 'string',
  Mac: 'string',
  Ip: 'string',
  Ipv4: 'string',
  Ipv6: 'string',
  BridgeId: 'string',
  TcHandle: 'string',
  Via: 'string | Uint8Array',
  Bytes: 'Uint8Array',
  Encap: 'Uint8Array',
  U32Array: 'Uint32Array',
  S32Array: 'Int32Array',
  U64Array: 'BigUint64Array',
};

/** @param {string} name @param {Form} form */
export function formName(name, form) {
  return form === 'read' ? name : `${name}Request`;
}

/**
 * What a fixed header and the attributes after it are called together: 'LinkHeader' makes 'LinkObject' and 'LinkRequest'.
 * @param {Table} header @param {Form} [form] left out: without an ending
 */
export function headedName(header, form) {
  const base = header.name.replace(/Header$/, '');
  return form === undefined ? base : `${base}${form === 'read' ? 'Object' : 'Request'}`;
}

/**
 * 'LinkHeader' and 'LinkAttributes' are of the family 'Link'.
 * @param {Table} table
 */
export function familyName(table) {
  return table.name.replace(/(Attributes|Header|Data)$/, '');
}

/**
 * 'LinkAttributes' and 'operState' make 'LinkOperState'; a set of bits is named by its element.
 * @param {Table} table @param {Row} row
 */
export function enumerationName(table, row) {
  const base = familyName(table);
  const own = capitalized(row.name);
  const repeated = own.startsWith(base) && own.length > base.length;
  const name = repeated ? own : `${base}${own}`;
  return row.bits ? name.replace(/([^s])s$/, '$1') : name;
}

/**
 * @param {Description} description @param {Table} table @param {Row} row @param {Form} form
 * @param {ReadonlyMap<Row, string>} enumerations the names of the enumerations' types
 * @returns {string}
 */
export function valueType(description, table, row, form, enumerations) {
  const enumeration = enumerations.get(row);
  if (enumeration !== undefined) {
    return row.bits ? `readonly (${enumeration} | number)[]` : `${enumeration} | number`;
  }
  const scalar = scalars[row.type];
  if (scalar !== undefined) return scalar;
  switch (row.type) {
    case 'LinkIndex':
      return form === 'read' ? 'number' : 'LinkReference';
    case 'NamespaceFd':
      return form === 'read' ? 'number' : 'NamespaceTarget';
    case 'LinkData':
      return `${formName('LinkKindData', form)}${form === 'read' ? ' | Uint8Array' : ''}`;
    case 'PortData':
      return `${formName('LinkPortData', form)}${form === 'read' ? ' | Uint8Array' : ''}`;
    case 'Struct':
    case 'Nested':
      return formName(row.table ?? '', form);
    case 'Structs':
      return `readonly ${formName(row.table ?? '', form)}[]`;
    case 'Choice': {
      const choices = formName(row.table ?? '', form);
      return `${choices}[keyof ${choices}] | Uint8Array`;
    }
    case 'List':
    case 'Repeated': {
      const elements = tableNamed(description, row.table ?? '');
      const element = elements.rows[0];
      if (element === undefined) break;
      const type = valueType(description, elements, element, form, enumerations);
      return `readonly ${type.includes(' ') ? `(${type})` : type}[]`;
    }
    case 'NextHops':
      return `readonly ${headedName(headerOf(description, row), form)}[]`;
    case 'PeerInfo':
      return headedName(headerOf(description, row), form);
  }
  throw new Error(`${table.name}.${row.name}: no TypeScript type for ${row.type}`);
}

/** @param {Description} description @param {Row} row */
function headerOf(description, row) {
  return tableNamed(description, row.header ?? '');
}
