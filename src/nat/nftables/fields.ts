// Owns what rules of netplumb look at in a packet, and what stands in the keys of its sets: one row each, as nft spells it and as the
// kernel loads it. Must not know rules or sets.

import { isIPv4 } from 'node:net';
import { Address4, Address6 } from 'ip-address';
import type { Family } from '../family.js';

/** A part of a key: how many bytes it has, and what nft calls it (src/datatype.c). */
export interface KeyType {
  readonly name: string;
  readonly number: number;
  readonly bytes: number;
  /** In which order nft takes its bytes: 1 the machine's, 2 the network's. */
  readonly order: 1 | 2;
}

export const keyTypes = {
  ipv4_addr: { name: 'ipv4_addr', number: 7, bytes: 4, order: 2 },
  ipv6_addr: { name: 'ipv6_addr', number: 8, bytes: 16, order: 2 },
  inet_proto: { name: 'inet_proto', number: 12, bytes: 1, order: 2 },
  inet_service: { name: 'inet_service', number: 13, bytes: 2, order: 2 },
  ifname: { name: 'ifname', number: 41, bytes: 16, order: 1 },
} as const satisfies Readonly<Record<string, KeyType>>;
export type KeyTypeName = keyof typeof keyTypes;

/** An expression as the attribute tables have it, native/netfilter/expression_table.h. */
export interface Expression {
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What of a packet is loaded into a register. */
export interface Field {
  /** As nft spells it. */
  readonly text: string;
  readonly bytes: number;
  /** The only family whose packets have it. */
  readonly family?: Family;
  load(register: number): Expression;
}

function payload(
  text: string,
  base: 'network' | 'transport',
  offset: number,
  length: number,
  family?: Family,
): Field {
  const load = (destinationRegister: number) => ({
    kind: 'payload',
    data: { destinationRegister, base, offset, length },
  });
  return { text, bytes: length, load, ...(family !== undefined && { family }) };
}

function meta(text: string, key: string, bytes: number): Field {
  return {
    text,
    bytes,
    load: (destinationRegister) => ({ kind: 'meta', data: { destinationRegister, key } }),
  };
}

function ct(key: string): Field {
  return {
    text: `ct ${key}`,
    bytes: 4,
    load: (destinationRegister) => ({ kind: 'ct', data: { destinationRegister, key } }),
  };
}

export const fields = {
  saddr4: payload('ip saddr', 'network', 12, 4, 4),
  daddr4: payload('ip daddr', 'network', 16, 4, 4),
  saddr6: payload('ip6 saddr', 'network', 8, 16, 6),
  daddr6: payload('ip6 daddr', 'network', 24, 16, 6),
  hopLimit: payload('ip6 hoplimit', 'network', 7, 1, 6),
  dport: payload('th dport', 'transport', 2, 2),
  nfproto: meta('meta nfproto', 'nfproto', 1),
  l4proto: meta('meta l4proto', 'l4proto', 1),
  iifname: meta('iifname', 'iifname', 16),
  oifname: meta('oifname', 'oifname', 16),
  state: ct('state'),
  status: ct('status'),
  daddrType: {
    text: 'fib daddr type',
    bytes: 4,
    load: (destinationRegister: number) => ({
      kind: 'fib',
      data: { destinationRegister, result: 'type', flags: ['daddr'] },
    }),
  } as Field,
};

/** An address in the network's order. */
export function addressBytes(address: string): Uint8Array {
  let bytes = known.get(address);
  if (bytes === undefined) {
    bytes = parseAddress(address);
    if (known.size >= mostKnown) known.clear();
    known.set(address, bytes);
  }
  return bytes;
}

// A container's ports lead to one address, and reading it takes the library longer than all else that an element needs.
const known = new Map<string, Uint8Array>();
const mostKnown = 64;

function parseAddress(address: string): Uint8Array {
  const numbers = isIPv4(address) ? new Address4(address).toArray() : new Address6(address).toByteArray();
  const bytes = Uint8Array.from(numbers);
  const length = isIPv4(address) ? 4 : 16;
  const whole = new Uint8Array(length); // the library leaves leading zeros out
  whole.set(bytes.subarray(-length), length - Math.min(bytes.length, length));
  return whole;
}

/** The last address of a range. */
export function lastAddress(cidr: string): string {
  return isIPv4(cidr.slice(0, cidr.indexOf('/')))
    ? new Address4(cidr).endAddress().correctForm()
    : new Address6(cidr).endAddress().correctForm();
}

export function nameBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(keyTypes.ifname.bytes);
  bytes.set(Buffer.from(name, 'latin1').subarray(0, bytes.length - 1));
  return bytes;
}
