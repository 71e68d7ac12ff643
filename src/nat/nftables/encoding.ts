// Owns the form of sets and elements for the kernel, and their text for nft: parts in bytes, each at its place.
// Must not know what they are for.

import type { Protocol } from '../ports.js';
import { span } from '../ports.js';
import { type Element, isVerdict, type Part } from './elements.js';
import {
  addressBytes,
  concatenated,
  type KeyTypeName,
  keyTypes,
  lastAddress,
  nameBytes,
  portBytes,
  protocolNumbers,
} from './fields.js';
import { commentBytes, tableName } from './names.js';
import { type SetShape, setNamed } from './skeleton.js';

const verdictData = 0xffffff00; // NFT_DATA_VERDICT

/** The first and the last of what a part says. */
function ends(type: KeyTypeName, part: Part): readonly [first: Uint8Array, last: Uint8Array] {
  const both = (bytes: Uint8Array) => [bytes, bytes] as const;
  switch (type) {
    case 'inet_service':
      if (typeof part === 'number') return both(portBytes(part));
      if (typeof part === 'object') return [portBytes(part.first), portBytes(part.last)];
      break;
    case 'inet_proto':
      return both(Uint8Array.of(protocolNumbers[part as Protocol]));
    case 'ifname':
      return both(nameBytes(String(part)));
    default: {
      const text = String(part);
      const slash = text.indexOf('/');
      if (slash < 0) return both(addressBytes(text));
      return [addressBytes(text.slice(0, slash)), addressBytes(lastAddress(text))];
    }
  }
  throw new TypeError(`no ${type}: ${JSON.stringify(part)}`);
}

function bytesOf(types: readonly KeyTypeName[], parts: readonly Part[], end: 0 | 1): Uint8Array {
  const each = parts.map((part, i) => ends(types[i] as KeyTypeName, part)[end]);
  return each.length === 1 ? (each[0] as Uint8Array) : concatenated(each);
}

function dataBytes(
  { dataInterval }: SetShape,
  types: readonly KeyTypeName[],
  data: readonly Part[],
): Uint8Array {
  const first = bytesOf(types, data, 0);
  return dataInterval ? concatenated([first, bytesOf(types, data, 1)]) : first;
}

/** The address after a range, where a range of single keys ends; undefined after the last there is. */
function behind(last: Uint8Array): Uint8Array | undefined {
  const next = Uint8Array.from(last);
  for (let i = next.length - 1; i >= 0; i--) {
    next[i] = ((next[i] ?? 0) + 1) & 0xff;
    if (next[i] !== 0) return next;
  }
  return undefined;
}

/** An element as the attribute tables have it; of a range in a set of single keys there is one for each end. */
export function encodeElement({
  set,
  key,
  data,
  comment,
}: Element): readonly Readonly<Record<string, unknown>>[] {
  const { key: types, data: dataTypes, interval } = setNamed(set);
  const first = { key: { value: bytesOf(types, key, 0) } };
  const value = isVerdict(data)
    ? { data: { verdict: data } }
    : data !== undefined && Array.isArray(dataTypes)
      ? { data: { value: dataBytes(setNamed(set), dataTypes as readonly KeyTypeName[], data) } }
      : {};
  const begin = { ...first, ...value, userData: commentBytes(comment) };
  if (!interval) return [begin];
  const last = bytesOf(types, key, 1);
  if (types.length > 1) return [{ ...begin, keyEnd: { value: last } }];
  const end = behind(last);
  return end === undefined ? [begin] : [begin, { key: { value: end }, flags: ['intervalEnd'] }];
}

/** The key of an element, for removing it. */
export function encodeKey(element: Element): readonly Readonly<Record<string, unknown>>[] {
  return encodeElement(element).map(({ data: _, userData: __, ...rest }) => rest);
}

function lengthOf(types: readonly KeyTypeName[]): number {
  const bytes = types.map((type) => keyTypes[type].bytes);
  return bytes.length === 1 ? (bytes[0] ?? 0) : bytes.reduce((sum, one) => sum + ((one + 3) & ~3), 0);
}

function typeNumber(types: readonly KeyTypeName[]): number {
  return types.reduce((number, type) => number * 64 + keyTypes[type].number, 0);
}

/** In which order nft is to take the bytes of a key, and of a value, and whether that is a range: it keeps that beside the set (libnftnl/udata.h). */
function userDataOf({ key, data, dataInterval }: SetShape): Uint8Array {
  const of = (types: SetShape['data']) =>
    Array.isArray(types) && types.length === 1 ? keyTypes[types[0] as KeyTypeName].order : 0;
  const says = (type: number, value: number) => [type, 4, value, 0, 0, 0];
  return Uint8Array.from([
    ...says(0, of(key)),
    ...(data === undefined ? [] : says(1, of(data))),
    ...(dataInterval ? says(6, 1) : []),
  ]);
}

/** A set as the attribute tables have it. */
export function encodeSet(shape: SetShape, id: number): Readonly<Record<string, unknown>> {
  const { name, key, data, interval, dataInterval } = shape;
  const concat = interval && key.length > 1;
  const fields = key.map((type) => ({ length: keyTypes[type].bytes }));
  return {
    table: tableName,
    name,
    flags: [
      ...(interval ? ['interval'] : []),
      ...(data === undefined ? [] : ['map']),
      ...(concat ? ['concat'] : []),
    ],
    keyType: typeNumber(key),
    keyLength: lengthOf(key),
    ...(data === 'verdict' && { dataType: verdictData }),
    ...(Array.isArray(data) && {
      dataType: typeNumber(data),
      dataLength: lengthOf(data) * (dataInterval ? 2 : 1),
    }),
    ...(concat && { description: { fields } }),
    id,
    userData: userDataOf(shape),
  };
}

function partText(part: Part): string {
  if (typeof part === 'object') return span(part.first, part.last - part.first + 1);
  return String(part);
}

function keyText({ key, set }: Element): string {
  const { key: types } = setNamed(set);
  return key.map((part, i) => (types[i] === 'ifname' ? `"${String(part)}"` : partText(part))).join(' . ');
}

/** As nft writes it: `tcp . 8080 comment "netplumb/1 br0 web" : 172.16.0.2 . 80`. */
export function elementText(element: Element): string {
  const { data, comment } = element;
  const value = isVerdict(data)
    ? ` : ${data.code === 'goto' ? `goto ${data.chain}` : data.code}`
    : data === undefined
      ? ''
      : ` : ${data.map(partText).join(' . ')}`;
  return `${keyText(element)} comment "${comment}"${value}`;
}

export { keyText };

/** `map inet netplumb ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }` */
export function setText({ name, key, data, interval, dataInterval }: SetShape): string {
  const value =
    data === undefined
      ? ''
      : ` : ${dataInterval ? 'interval ' : ''}${data === 'verdict' ? 'verdict' : data.join(' . ')}`;
  const flags = interval ? ' flags interval;' : '';
  return `${data === undefined ? 'set' : 'map'} inet ${tableName} ${name} { type ${key.join(' . ')}${value};${flags} }`;
}
