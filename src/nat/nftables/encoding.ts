// Owns the form of sets and elements for the kernel, and their text for nft: parts in bytes, each at its place.
// Must not know what they are for.

import { type Protocol, protocolNumbers, span } from '../ports.js';
import { type Element, isVerdict, type Part, type Verdict } from './elements.js';
import { addressBytes, type KeyTypeName, keyTypes, lastAddress, nameBytes } from './fields.js';
import { commentBytes, tableName } from './names.js';
import { type SetShape, setNamed } from './skeleton.js';

const verdictData = 0xffffff00; // NFT_DATA_VERDICT

/** Which end of what a part says: a single one is both. */
type End = 'first' | 'last';

/** Puts one end of a part at its place. */
function put(part: Part, end: End, type: KeyTypeName, bytes: Uint8Array, at: number): void {
  switch (type) {
    case 'inet_service': {
      const port = typeof part === 'object' ? part[end] : part;
      if (typeof port !== 'number') break;
      bytes[at] = port >> 8;
      bytes[at + 1] = port & 0xff;
      return;
    }
    case 'inet_proto':
      bytes[at] = protocolNumbers[part as Protocol];
      return;
    case 'ifname':
      bytes.set(nameBytes(String(part)), at);
      return;
    default:
      bytes.set(addressEnd(String(part), end), at);
      return;
  }
  throw new TypeError(`no ${type}: ${JSON.stringify(part)}`);
}

function addressEnd(text: string, end: End): Uint8Array {
  const slash = text.indexOf('/');
  if (slash < 0) return addressBytes(text);
  return addressBytes(end === 'first' ? text.slice(0, slash) : lastAddress(text));
}

/** How many bytes there are from the beginning of a part to that of the next: each begins a register, where there are several. */
function widthOf(type: KeyTypeName, { length }: readonly KeyTypeName[]): number {
  const { bytes } = keyTypes[type];
  return length === 1 ? bytes : (bytes + 3) & ~3;
}

function lengthOf(types: readonly KeyTypeName[]): number {
  let length = 0;
  for (const type of types) length += widthOf(type, types);
  return length;
}

/** Parts one after the other; of several ends all of the first, and then all of the other. */
function bytesOf(types: readonly KeyTypeName[], parts: readonly Part[], ends: readonly End[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(types) * ends.length);
  let at = 0;
  for (const end of ends)
    for (const [i, type] of types.entries()) {
      put(parts[i] as Part, end, type, bytes, at);
      at += widthOf(type, types);
    }
  return bytes;
}

const first: readonly End[] = ['first'];
const last: readonly End[] = ['last'];
const both: readonly End[] = ['first', 'last'];

/** The address after a range, where a range of single keys ends; undefined after the last there is. */
function behind(ending: Uint8Array): Uint8Array | undefined {
  const next = Uint8Array.from(ending);
  for (let i = next.length - 1; i >= 0; i--) {
    next[i] = ((next[i] ?? 0) + 1) & 0xff;
    if (next[i] !== 0) return next;
  }
  return undefined;
}

type Encoded = Readonly<Record<string, unknown>>;

/** An element as the attribute tables have it; of a range in a set of single keys there is one for each end. */
export function encodeElement(element: Element): readonly Encoded[] {
  const { set, data, comment } = element;
  const [begin, ...end] = encodeKey(element);
  return [
    { ...begin, ...(data !== undefined && dataOf(setNamed(set), data)), userData: commentBytes(comment) },
    ...end,
  ];
}

function dataOf({ data: types, dataInterval }: SetShape, data: Verdict | readonly Part[]): Encoded {
  if (isVerdict(data)) return { data: { verdict: data } };
  const value = bytesOf(types as readonly KeyTypeName[], data, dataInterval ? both : first);
  return { data: { value } };
}

/** The key of an element, which is enough for removing it. */
export function encodeKey({ set, key }: Element): readonly Encoded[] {
  const { key: types, interval } = setNamed(set);
  const begin = { key: { value: bytesOf(types, key, first) } };
  if (!interval) return [begin];
  const ending = bytesOf(types, key, last);
  if (types.length > 1) return [{ ...begin, keyEnd: { value: ending } }];
  const end = behind(ending);
  return end === undefined ? [begin] : [begin, { key: { value: end }, flags: ['intervalEnd'] }];
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
export function encodeSet(shape: SetShape, id: number): Encoded {
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
