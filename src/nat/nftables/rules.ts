// Owns the words of a rule of nf_tables: typed rule -> expressions for the kernel, and the line that nft would take.
// Must not know networks, nor which rules there are.

import type { Family } from '../family.js';
import { type Expression, type Field, fields } from './fields.js';

/** What must hold of a packet. */
export type Match =
  /** These, side by side, are a key of a set. */
  | { readonly key: readonly Field[]; readonly in: string }
  /** The field, or so many bytes of it from the front on, says this. */
  | { readonly field: Field; readonly is: Uint8Array; readonly text: string }
  /** Any of these bits of the field is set; or none. */
  | { readonly field: Field; readonly bits: number; readonly text: string; readonly none?: true };

/** What then becomes of it. */
export type Action =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  /** What a map says of this key. */
  | { readonly kind: 'verdict'; readonly key: readonly Field[]; readonly map: string }
  /** To where a map says: an address and a port, or of a range of ports the one that the packet's own leads to. */
  | {
      readonly kind: 'dnat';
      readonly family: Family;
      readonly key: readonly Field[];
      readonly map: string;
      readonly range: boolean;
    }
  /** From the address that a map says. */
  | {
      readonly kind: 'snat';
      readonly family: Family;
      readonly key: readonly Field[];
      readonly map: string;
      readonly random: boolean;
    }
  | { readonly kind: 'masquerade'; readonly random: boolean };

export interface Rule {
  readonly when: readonly Match[];
  readonly action: Action;
}

// The 16 registers of 4 bytes; where four of them begin one of 16 bytes, that one's number is used, as nft and the kernel do.
function register(word: number): number {
  return word % 4 === 0 ? 1 + word / 4 : 8 + word;
}

function words({ bytes }: { readonly bytes: number }): number {
  return (bytes + 3) >> 2;
}

function loaded(key: readonly Field[]): Expression[] {
  let at = 0;
  return key.map((field) => {
    const expression = field.load(register(at));
    at += words(field);
    return expression;
  });
}

function verdict(code: string, chain?: string): Expression {
  const says = chain === undefined ? { code } : { code, chain };
  return { kind: 'immediate', data: { destinationRegister: 0, data: { verdict: says } } };
}

function little(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}

const nfproto: Readonly<Record<Family, number>> = { 4: 2, 6: 10 };

function ofFamily(family: Family): Expression[] {
  return matched({ field: fields.nfproto, is: Uint8Array.of(nfproto[family]), text: '' });
}

function matched(match: Match): Expression[] {
  if ('in' in match) return [...loaded(match.key), lookup(match.in, {})];
  const { field } = match;
  if ('is' in match) {
    const { is } = match;
    const whole = is.length === field.bytes ? field.load(1) : firstBytes(field.load(1), is.length);
    return [whole, { kind: 'cmp', data: { sourceRegister: 1, operator: 'eq', data: { value: is } } }];
  }
  return [
    field.load(1),
    {
      kind: 'bitwise',
      data: {
        sourceRegister: 1,
        destinationRegister: 1,
        length: 4,
        mask: { value: little(match.bits) },
        xor: { value: little(0) },
      },
    },
    {
      kind: 'cmp',
      data: { sourceRegister: 1, operator: match.none ? 'eq' : 'neq', data: { value: little(0) } },
    },
  ];
}

function firstBytes({ kind, data }: Expression, length: number): Expression {
  return { kind, data: { ...data, length } };
}

function lookup(set: string, more: Readonly<Record<string, number>>): Expression {
  return { kind: 'lookup', data: { set, sourceRegister: 1, ...more } };
}

function done(action: Action): Expression[] {
  switch (action.kind) {
    case 'jump':
      return [verdict('jump', action.chain)];
    case 'verdict':
      return [...loaded(action.key), lookup(action.map, { destinationRegister: 0 })];
    case 'masquerade':
      return [{ kind: 'masq', data: action.random ? { flags: ['fullyRandom'] } : {} }];
    case 'snat':
    case 'dnat':
      return [...loaded(action.key), lookup(action.map, { destinationRegister: 1 }), nat(action)];
    default:
      return [verdict(action.kind)];
  }
}

function nat(action: Action & { readonly kind: 'snat' | 'dnat' }): Expression {
  const family = `ipv${action.family}`;
  // An address and a port; of a range the last ones behind the first.
  const port = action.family === 4 ? 1 : 4;
  const last = action.kind === 'dnat' && action.range ? port + 1 : 0;
  const ports =
    action.kind === 'snat' ? {} : { portRegister: register(port), lastPortRegister: register(last + port) };
  const flags = [
    'addresses',
    ...(action.kind === 'dnat' ? ['ports'] : []),
    ...(action.kind === 'snat' && action.random ? ['fullyRandom'] : []),
    ...(action.kind === 'dnat' && action.range ? ['portOffset'] : []),
  ];
  const registers = { addressRegister: register(0), lastAddressRegister: register(last), ...ports };
  return { kind: 'nat', data: { type: action.kind, family, ...registers, flags } };
}

/** What the kernel is sent. What only one family's packets have is asked of that family's only. */
export function expressions({ when, action }: Rule): readonly Expression[] {
  const made: Expression[] = [];
  let family: Family | undefined;
  const need = (key: readonly Field[]) => {
    const wanted = key.find((field) => field.family !== undefined)?.family;
    if (wanted === undefined || wanted === family) return;
    family = wanted;
    made.push(...ofFamily(wanted));
  };
  for (const match of when) {
    need('in' in match ? match.key : [match.field]);
    if ('is' in match && match.field === fields.nfproto) family = match.is[0] === nfproto[4] ? 4 : 6;
    made.push(...matched(match));
  }
  if ('key' in action) need(action.key);
  return [...made, ...done(action)];
}

function joined(key: readonly Field[]): string {
  return key.map(({ text }) => text).join(' . ');
}

/** As nft writes it. */
export function ruleText({ when, action }: Rule): string {
  const matches = when.map((match) =>
    'in' in match ? `${joined(match.key)} @${match.in}` : `${match.field.text} ${match.text}`,
  );
  return [...matches, actionText(action)].join(' ');
}

function actionText(action: Action): string {
  switch (action.kind) {
    case 'jump':
      return `jump ${action.chain}`;
    case 'verdict':
      return `${joined(action.key)} vmap @${action.map}`;
    case 'masquerade':
      return action.random ? 'masquerade fully-random' : 'masquerade';
    case 'snat':
    case 'dnat': {
      const ip = action.family === 4 ? 'ip' : 'ip6';
      const random = action.kind === 'snat' && action.random ? ' fully-random' : '';
      return `${action.kind} ${ip} to ${joined(action.key)} map @${action.map}${random}`;
    }
    default:
      return action.kind;
  }
}

/** Whether a rule that stands says just this: every attribute, whatever defaults the kernel tells besides. */
export function sameRule(wanted: readonly Expression[], standing: unknown): boolean {
  return (
    Array.isArray(standing) &&
    standing.length === wanted.length &&
    wanted.every((one, i) => includes(standing[i], one))
  );
}

function includes(standing: unknown, wanted: unknown): boolean {
  if (wanted instanceof Uint8Array)
    return standing instanceof Uint8Array && Buffer.from(standing).equals(wanted);
  if (Array.isArray(wanted))
    return (
      Array.isArray(standing) &&
      standing.length === wanted.length &&
      wanted.every((one) => standing.includes(one))
    );
  if (typeof wanted !== 'object' || wanted === null) return standing === wanted;
  if (typeof standing !== 'object' || standing === null) return false;
  return Object.entries(wanted).every(([key, value]) =>
    includes((standing as Record<string, unknown>)[key], value),
  );
}
