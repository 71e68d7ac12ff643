// Random values of attributes and fields that hold no others: the value, and its bytes as the kernel's headers lay them out.

import fc from 'fast-check';
import type { Mode, Row, Sample } from './table-samples.js';

const widths: Readonly<Record<string, number>> = {
  Bool: 1,
  U8: 1,
  S8: 1,
  U16: 2,
  S16: 2,
  Be16: 2,
  U32: 4,
  S32: 4,
  Be32: 4,
  LinkIndex: 4,
  NamespaceFd: 4,
  TcHandle: 4,
  U64: 8,
  Be64: 8,
  S64: 8,
};

function limits({ type, minimum, maximum }: Row, mode: Mode): readonly [bigint, bigint] {
  const bits = BigInt((widths[type] ?? 0) * 8);
  const signed = type.startsWith('S');
  if (type === 'Bool') return [0n, 1n];
  const low = signed ? -(1n << (bits - 1n)) : 0n;
  const high = (1n << (signed ? bits - 1n : bits)) - 1n;
  if (mode === 'reading') return [low, high];
  const most = type === 'LinkIndex' ? 0x7fff_ffffn : high;
  return [minimum === undefined ? low : BigInt(minimum), maximum === undefined ? most : BigInt(maximum)];
}

/** Makes what is drawn from once for each row: that takes longer than drawing. */
function onceForEach<Value>(make: (row: Row, mode: Mode) => fc.Arbitrary<Value>): typeof make {
  const made = {
    request: new WeakMap<Row, fc.Arbitrary<Value>>(),
    reading: new WeakMap<Row, fc.Arbitrary<Value>>(),
  };
  return (row, mode) => {
    const arbitrary = made[mode].get(row) ?? make(row, mode);
    made[mode].set(row, arbitrary);
    return arbitrary;
  };
}

/** Numbers a row may have; those at the ends of its range, those with a name, and others. */
export const integersOf = onceForEach(newIntegers);

function newIntegers(row: Row, mode: Mode): fc.Arbitrary<bigint | number> {
  if (widths[row.type] === undefined) throw new Error(`${row.name}: ${row.type} is no integer`);
  const [min, max] = limits(row, mode);
  const named = (row.names ?? [])
    .map(({ value }) => BigInt(value))
    .filter((value) => value >= min && value <= max);
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, ...named));
}

/** A number as it is read: by name where it has one. */
export function namedValue(row: Row, number: bigint | number): { value: unknown; payload: Buffer } {
  const big = BigInt(number);
  return { value: readable(row, big), payload: laidOut(row, big) };
}

function readable({ type, names, bits }: Row, big: bigint): unknown {
  if (type === 'Bool') return big !== 0n;
  if (type === 'TcHandle') return tcHandle(Number(big));
  if (type === 'U64' || type === 'S64' || type === 'Be64') return big;
  if (names === undefined) return Number(big);
  if (!bits) return names.find(({ value }) => BigInt(value) === big)?.name ?? Number(big);
  const set = names.filter(({ value }) => (big & BigInt(value)) !== 0n);
  const rest = set.reduce((left, { value }) => left & ~BigInt(value), big);
  return [...set.map(({ name }) => name), ...(rest === 0n ? [] : [Number(rest)])];
}

/** As tc prints it. */
function tcHandle(handle: number): string {
  if (handle === 0) return 'none';
  if (handle === 0xffff_ffff) return 'root';
  const [major, minor] = [handle >>> 16, handle & 0xffff].map((half) =>
    half === 0 ? '' : half.toString(16),
  );
  return `${major}:${minor}`;
}

function laidOut({ type }: Row, big: bigint): Buffer {
  const width = widths[type] ?? 0;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, big));
  const payload = bytes.subarray(0, width);
  return type.startsWith('Be') ? payload.reverse() : payload;
}

const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

function same<Value>(arbitrary: fc.Arbitrary<readonly [Value, Uint8Array]>): fc.Arbitrary<Sample> {
  return arbitrary.map(([value, bytes]) => ({ value, read: value, bytes: Buffer.from(bytes) }));
}

/** Bytes that are passed through. */
export const bytesSample: fc.Arbitrary<Sample> = same(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => [bytes, bytes]),
);
const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => [bytes.join('.'), bytes] as const);
// Groups without leading nibble 0 and without zeros, so that none of inet_ntop's rules of shortening applies.
const ipv6 = fc
  .array(fc.integer({ min: 0x1000, max: 0xffff }), { minLength: 8, maxLength: 8 })
  .map((groups) => {
    const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
    return [groups.map((group) => group.toString(16)).join(':'), bytes] as const;
  });
const shortened = fc.constantFrom<readonly [string, Uint8Array]>(
  ['::', new Uint8Array(16)],
  ['::1', Uint8Array.of(...Array<number>(15).fill(0), 1)],
  ['fe80::1', Uint8Array.of(0xfe, 0x80, ...Array<number>(13).fill(0), 1)],
  ['::ffff:172.16.1.1', Uint8Array.of(...Array<number>(10).fill(0), 0xff, 0xff, 172, 16, 1, 1)],
);

/** Struct rtvia. */
const via: fc.Arbitrary<Sample> = fc.oneof(
  same(
    fc
      .oneof(ipv4, ipv6, shortened)
      .map(([text, bytes]) => [text, Uint8Array.of(bytes.length === 4 ? 2 : 10, 0, ...bytes)]),
  ),
  // A link-layer address, as MPLS has them.
  same(
    fc
      .uint8Array({ maxLength: 20 })
      .map((address) => Uint8Array.of(17, 0, ...address))
      .map((bytes) => [bytes, bytes]),
  ),
);

const unit = fc.oneof(
  fc.constantFrom('a', 'Z', '0', ' ', '%', '=', ':', '\n', '\x7f', 'ä', '€', '\u{1f600}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((one) => one !== '\0'),
);

function text({ minimum, maximum = 300 }: Row): fc.Arbitrary<Sample> {
  return fc
    .oneof(fc.string({ unit, maxLength: Math.min(maximum, 20) }), fc.constantFrom('', 'x'.repeat(maximum)))
    .filter((value) => Buffer.byteLength(value) <= maximum)
    .map((value) => ({ value, read: value, bytes: Buffer.from(minimum === 0 ? value : `${value}\0`) }));
}

/** The value of an attribute that holds no others. */
export const scalarSample = onceForEach(newSample);

function newSample(row: Row, mode: Mode): fc.Arbitrary<Sample> {
  switch (row.type) {
    case 'Flag':
      return fc.constant({ value: true, read: true, bytes: Buffer.alloc(0) });
    case 'Text':
      return text(row);
    case 'Mac':
      return same(
        fc.uint8Array({ minLength: 1, maxLength: 32 }).map((bytes) => [hexOf(bytes).join(':'), bytes]),
      );
    case 'Ip':
      return same(fc.oneof(ipv4, ipv6, shortened));
    case 'Via':
      return via;
    case 'Ipv4':
      return same(ipv4);
    case 'Ipv6':
      return same(fc.oneof(ipv6, shortened));
    // As nla_put_uint() lays it out.
    case 'Uint':
      return same(
        fc
          .oneof(fc.bigInt({ min: 0n, max: 0xffff_ffffn }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
          .map((big) => {
            const bytes = Buffer.alloc(8);
            bytes.writeBigUInt64LE(big);
            return [big, big > 0xffff_ffffn ? bytes : bytes.subarray(0, 4)];
          }),
      );
    case 'BridgeId':
      return same(
        fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => {
          const digits = hexOf(bytes).join('');
          return [`${digits.slice(0, 4)}.${digits.slice(4)}`, bytes];
        }),
      );
    case 'Bytes':
    case 'Encap':
      return bytesSample;
    case 'U32Array':
      return same(fc.uint32Array({ maxLength: 5 }).map((array) => [array, new Uint8Array(array.buffer)]));
    case 'S32Array':
      return same(fc.int32Array({ maxLength: 5 }).map((array) => [array, new Uint8Array(array.buffer)]));
    case 'U64Array':
      return same(fc.bigUint64Array({ maxLength: 5 }).map((array) => [array, new Uint8Array(array.buffer)]));
    default:
      return integersOf(row, mode).map((number) => {
        const { value, payload } = namedValue(row, number);
        return { value, read: value, bytes: payload };
      });
  }
}
