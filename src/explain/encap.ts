// `encap` words. How packets are wrapped is bytes to the tables; here the bytes are read as ip writes them (ip/iproute_lwtunnel.c).
// What ip has no words for, or would write in other bytes, stands as `bytes:` and hexadecimal, which ip refuses: never a line
// that makes another route. Knows no routes.

import { endianness } from 'node:os';
import { Address6 } from 'ip-address';
import type { Surroundings } from './surroundings.js';
import { tables } from './tables.js';
import type { Fields } from './words.js';

type Words = readonly string[];

type Values = ReadonlyMap<number, Buffer>;

/** Nothing where ip would not write these bytes. */
type Say = (value: Buffer, at: Surroundings, beside: Values) => Words | undefined;

/** By the number of the attribute, in the order in which ip takes their words. */
type Attributes = Readonly<Record<number, Say>>;

/** Of the attributes of a route or a next hop. */
export function encapWords({ encapType, encap }: Fields, at: Surroundings): Words {
  if (encapType === undefined && encap === undefined) return [];
  const bytes = Buffer.from((encap as Uint8Array | undefined) ?? []);
  const type = nameOf(encapType);
  const known = Object.hasOwn(types, type) ? types[type] : undefined;
  return ['encap', type, ...((known && said(known, bytes, at)) ?? [unspoken(bytes)])];
}

/** Bytes without words, as something no program of iproute2 takes. */
export const unspoken = (bytes: Uint8Array): string => `bytes:${Buffer.from(bytes).toString('hex')}`;

function nameOf(type: unknown): string {
  const row = tables()
    .named.get('NextHopAttributes')
    ?.rows.find(({ name }) => name === 'encapType');
  return String(row?.names?.find(({ value }) => value === type)?.name ?? type ?? 'TYPE');
}

function said(attributes: Attributes, bytes: Buffer, at: Surroundings): Words | undefined {
  const values = valuesOf(bytes);
  const all = [...(values ?? [])].sort(([one], [other]) => one - other);
  const words = all.map(([number, value]) => attributes[number]?.(value, at, values ?? new Map()));
  return words.length === 0 || words.includes(undefined) ? undefined : words.flatMap((some) => some ?? []);
}

/** By number; ip takes none twice. */
function valuesOf(bytes: Buffer): Values | undefined {
  const values = new Map<number, Buffer>();
  for (let rest = bytes; rest.length > 0; ) {
    const [length, type] = rest.length < 4 ? [0, 0] : [u16(rest, 0), u16(rest, 2)];
    if (length < 4 || length > rest.length || values.has(type)) return undefined;
    values.set(type, rest.subarray(4, length));
    rest = rest.subarray((length + 3) & ~3);
  }
  return values;
}

const isLittle = endianness() === 'LE';
const u16 = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
const u32 = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));

/** A word and what follows it, of a value of that many bytes. */
const worded =
  (word: string, size: number, text: (value: Buffer, at: Surroundings) => string): Say =>
  (value, at) =>
    value.length === size ? [word, text(value, at)] : undefined;

const byte = (value: Buffer) => String(value[0]);
const hexByte = (value: Buffer) => `0x${value.toString('hex')}`;
const number = (value: Buffer) => String(u32(value, 0));
const link = (value: Buffer, at: Surroundings) => at.link(u32(value, 0));
const be64 = (value: Buffer) => String(value.readBigUInt64BE());
const ipv4 = (value: Buffer) => value.join('.');
const ipv6 = (value: Buffer) => Address6.fromUnsignedByteArray([...value]).correctForm();

// Of a stack of labels the last carries a mark; ip writes neither a traffic class nor a TTL beside them.
const labels: Say = (stack) => {
  const entries = Array.from({ length: Math.floor(stack.length / 4) }, (_, i) => stack.readUInt32BE(4 * i));
  const asWritten = entries.every((entry, i) => (entry & 0xfff) === (i === entries.length - 1 ? 0x100 : 0));
  return asWritten && stack.length === 4 * entries.length && entries.length > 0
    ? [entries.map((entry) => entry >>> 12).join('/')]
    : undefined;
};

// TUNNEL_CSUM, TUNNEL_KEY and TUNNEL_SEQ of include/net/ip_tunnels.h, in network byte order.
const tunnelFlags = [
  ['csum', 0x01],
  ['key', 0x04],
  ['seq', 0x08],
] as const;
const flags: Say = (value) => {
  const set = value.length === 2 ? value.readUInt16BE() : 0;
  const words = tunnelFlags.flatMap(([word, bit]) => (set & bit ? [word] : []));
  const all = tunnelFlags.reduce((sum, [, bit]) => sum | bit, 0);
  return words.length > 0 && (set & ~all) === 0 ? words : undefined;
};

/** A source routing header as ip writes it: from the last segment to the first, one of zeros behind them for the destination to come. */
function header(type: number, segments: readonly Buffer[], inline: boolean, hmac: number): Buffer {
  const list = [...(inline ? [Buffer.alloc(16)] : []), ...[...segments].reverse()];
  const seal = Buffer.alloc(hmac === 0 ? 0 : 40);
  if (hmac !== 0) Buffer.from([5, 38, 0, 0]).copy(seal);
  if (hmac !== 0) seal.writeUInt32BE(hmac, 4);
  const size = 8 + 16 * list.length + seal.length;
  const [left, first] = type === rpl ? [list.length, 0] : [list.length - 1, list.length - 1];
  const head = Buffer.from([0, size / 8 - 1, type, left, first, hmac === 0 ? 0 : 8, 0, 0]);
  return Buffer.concat([head, ...list, seal]);
}
const [segmentRouting, rpl] = [4, 3];

function segments(srh: Buffer, type: number, inline: boolean): Words | undefined {
  const sealed = type === segmentRouting && srh.length > 48 && ((srh[5] ?? 0) & 8) !== 0;
  const hmac = sealed ? srh.readUInt32BE(srh.length - 36) : 0;
  const listed = srh.subarray(inline ? 24 : 8, srh.length - (hmac === 0 ? 0 : 40));
  const found = Array.from({ length: Math.floor(listed.length / 16) }, (_, i) =>
    listed.subarray(16 * i, 16 * i + 16),
  ).reverse();
  if (found.length === 0 || !header(type, found, inline, hmac).equals(srh)) return undefined;
  return ['segs', found.map(ipv6).join(','), ...(hmac === 0 ? [] : ['hmac', String(hmac)])];
}

const modes = ['inline', 'encap', 'l2encap', 'encap.red', 'l2encap.red'];
const endpoints = [
  ['End', 'End.X', 'End.T', 'End.DX2', 'End.DX6', 'End.DX4', 'End.DT6', 'End.DT4', 'End.B6'],
  ['End.B6.Encaps', 'End.BM', 'End.S', 'End.AS', 'End.AM', 'End.BPF', 'End.DT46'],
].flat();

const types: Readonly<Record<string, Attributes>> = {
  mpls: { 1: labels, 2: worded('ttl', 1, byte) },
  ip: {
    1: worded('id', 8, be64),
    2: worded('dst', 4, ipv4),
    3: worded('src', 4, ipv4),
    4: worded('ttl', 1, byte),
    5: worded('tos', 1, hexByte),
    6: flags,
  },
  ip6: {
    1: worded('id', 8, be64),
    2: worded('dst', 16, ipv6),
    3: worded('src', 16, ipv6),
    4: worded('hoplimit', 1, byte),
    5: worded('tc', 1, hexByte),
    6: flags,
  },
  seg6: {
    1: (value) => {
      const mode = value.length < 4 ? undefined : modes[u32(value, 0)];
      const segs = segments(value.subarray(4), segmentRouting, mode === 'inline');
      return mode === undefined || segs === undefined ? undefined : ['mode', mode, ...segs];
    },
  },
  seg6local: {
    1: (value) => {
      const action = value.length === 4 ? endpoints[u32(value, 0) - 1] : undefined;
      return action === undefined ? undefined : ['action', action];
    },
    2: (value, _, beside) => {
      const action = beside.get(1);
      const inline = action?.length !== 4 || endpoints[u32(action, 0) - 1] !== 'End.B6.Encaps';
      const segs = segments(value, segmentRouting, inline);
      return segs && ['srh', ...segs];
    },
    3: worded('table', 4, number),
    4: worded('nh4', 4, ipv4),
    5: worded('nh6', 16, ipv6),
    6: worded('iif', 4, link),
    7: worded('oif', 4, link),
    9: worded('vrftable', 4, number),
  },
  rpl: {
    1: (value) => segments(value, rpl, false),
  },
};
