// Owns the way back from the kernel's bytes: an element that stands as what it says. Must not know what should stand.

import { Address6 } from 'ip-address';
import { protocolNumbers, protocols } from '../ports.js';
import type { Element, Part, Verdict } from './elements.js';
import { type KeyTypeName, keyTypes } from './fields.js';
import { type Owner, ownerIn, readComment } from './names.js';
import type { SetShape } from './skeleton.js';

/** An element as the kernel tells it, in the attribute tables' names. */
export interface RawElement {
  readonly key?: { readonly value?: Uint8Array };
  readonly keyEnd?: { readonly value?: Uint8Array };
  readonly data?: {
    readonly value?: Uint8Array;
    readonly verdict?: { readonly code?: unknown; readonly chain?: string };
  };
  readonly flags?: readonly unknown[];
  readonly userData?: Uint8Array;
}

/** An element that stands. */
export interface StandingElement extends Element {
  readonly owner?: Owner;
  /** By which it is told from others of its set: its first key. */
  readonly first: string;
  /** All that it says, for comparing. */
  readonly identity: string;
  /** What removes it. */
  readonly raw: readonly RawElement[];
}

export function hex(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('hex');
}

/** All that raw elements, one or both ends of a range, say. */
export function identityOf(set: string, raw: readonly RawElement[]): string {
  const [begin, end] = raw;
  const { value, verdict } = begin?.data ?? {};
  const last = hex(end?.key?.value ?? begin?.keyEnd?.value ?? begin?.key?.value);
  const says = verdict === undefined ? hex(value) : `${String(verdict.code)} ${verdict.chain ?? ''}`.trim();
  return [set, hex(begin?.key?.value), last, says, readComment(begin?.userData) ?? ''].join('|');
}

/** The elements of a set: in one of ranges of single keys each is joined with the end behind it. */
export function standingElements(shape: SetShape, raws: readonly RawElement[]): readonly StandingElement[] {
  const whole = shape.interval && shape.key.length === 1 ? paired(raws) : raws.map((raw) => [raw]);
  return whole.map((raw) => {
    const [begin] = raw;
    const comment = readComment(begin?.userData) ?? '';
    const owner = ownerIn(comment);
    return {
      set: shape.name,
      ...parts(shape, raw),
      comment,
      ...(owner !== undefined && { owner }),
      first: hex(begin?.key?.value),
      identity: identityOf(shape.name, raw),
      raw,
    };
  });
}

const isEnd = ({ flags = [] }: RawElement) => flags.includes('intervalEnd');

function paired(raws: readonly RawElement[]): readonly (readonly RawElement[])[] {
  // An end comes before a beginning of the same key: that is the next range's.
  const order = (raw: RawElement) => `${hex(raw.key?.value)}${isEnd(raw) ? 0 : 1}`;
  const sorted = [...raws].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return sorted.flatMap((raw, i) => {
    if (isEnd(raw)) return [];
    const next = sorted[i + 1];
    return [next !== undefined && isEnd(next) ? [raw, next] : [raw]];
  });
}

function parts(
  { key, data, interval, dataInterval }: SetShape,
  raw: readonly RawElement[],
): Pick<Element, 'key' | 'data'> {
  const [begin, end] = raw;
  const first = begin?.key?.value ?? new Uint8Array();
  const behind = end?.key?.value;
  // A range without an end goes on to the last address there is.
  const last = interval ? (begin?.keyEnd?.value ?? before(behind ?? new Uint8Array(first.length))) : first;
  const keys = split(key, first).map((bytes, i) =>
    part(key[i] as KeyTypeName, bytes, split(key, last)[i] ?? bytes),
  );
  const { value, verdict } = begin?.data ?? {};
  if (verdict !== undefined)
    return {
      key: keys,
      data: { code: verdict.code, ...(verdict.chain !== undefined && { chain: verdict.chain }) } as Verdict,
    };
  if (value === undefined || !Array.isArray(data)) return { key: keys };
  const types = data as readonly KeyTypeName[];
  const ends = dataInterval ? value.subarray(value.length / 2) : value;
  return {
    key: keys,
    data: split(types, value).map((bytes, i) =>
      part(types[i] as KeyTypeName, bytes, split(types, ends)[i] ?? bytes),
    ),
  };
}

function before(end: Uint8Array): Uint8Array {
  const last = Uint8Array.from(end);
  for (let i = last.length - 1; i >= 0; i--) {
    last[i] = ((last[i] ?? 0) - 1) & 0xff;
    if (last[i] !== 0xff) break;
  }
  return last;
}

function split(types: readonly KeyTypeName[], bytes: Uint8Array): readonly Uint8Array[] {
  let at = 0;
  return types.map((type) => {
    const { bytes: length } = keyTypes[type];
    const one = bytes.subarray(at, at + length);
    at += types.length === 1 ? length : (length + 3) & ~3;
    return one;
  });
}

function part(type: KeyTypeName, first: Uint8Array, last: Uint8Array): Part {
  const same = hex(first) === hex(last);
  switch (type) {
    case 'inet_service': {
      const [from, to] = [first, last].map((bytes) => ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
      return same ? (from ?? 0) : { first: from ?? 0, last: to ?? 0 };
    }
    case 'inet_proto':
      return protocols.find((protocol) => protocolNumbers[protocol] === first[0]) ?? String(first[0]);
    case 'ifname':
      return Buffer.from(first).toString('latin1').replace(/\0.*$/s, '');
    default:
      return same ? addressText(first) : rangeText(first, last);
  }
}

function addressText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : Address6.fromByteArray([...bytes]).correctForm();
}

/** A CIDR where it is one. */
function rangeText(first: Uint8Array, last: Uint8Array): string {
  let length = 0;
  while (length < first.length * 8 && bit(first, length) === bit(last, length)) length++;
  for (let i = length; i < first.length * 8; i++)
    if (bit(first, i) !== 0 || bit(last, i) !== 1) return `${addressText(first)}-${addressText(last)}`;
  return `${addressText(first)}/${length}`;
}

function bit(bytes: Uint8Array, at: number): number {
  return ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
}
