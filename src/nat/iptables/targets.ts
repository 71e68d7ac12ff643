// Owns what a rule of ours does with a packet: typed target -> words as `iptables -S` prints them, and back.
// Must not know what rules are for.
import type { Family } from '../family.js';
import { checkChain } from './chains.js';
import { checkAddress, checkPortRange, type PortRange } from './fields.js';

/** What happens to the packets that match. */
export type Target =
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'masquerade'; readonly randomFully?: boolean }
  /** Another source address. */
  | { readonly kind: 'snat'; readonly to: string; readonly randomFully?: boolean }
  /** Another destination; without ports the packet keeps its own. */
  | {
      readonly kind: 'dnat';
      readonly to: string;
      readonly ports?: PortRange;
      /** The port that becomes the first of `ports`, the next the second: only where there are several. */
      readonly from?: number;
    };

const verdicts: ReadonlyMap<string, Target> = new Map([
  ['-j ACCEPT', { kind: 'accept' }],
  ['-j DROP', { kind: 'drop' }],
  ['-j RETURN', { kind: 'return' }],
  ['-j MASQUERADE', { kind: 'masquerade' }],
  ['-j MASQUERADE --random-fully', { kind: 'masquerade', randomFully: true }],
]);

/** @throws {TypeError | RangeError} naming the field */
export function targetWords(target: Target, family: Family): string[] {
  switch (target.kind) {
    case 'jump':
      return ['-j', checkChain(target.chain)];
    case 'accept':
      return ['-j', 'ACCEPT'];
    case 'drop':
      return ['-j', 'DROP'];
    case 'return':
      return ['-j', 'RETURN'];
    case 'masquerade':
      return ['-j', 'MASQUERADE', ...random(target)];
    case 'snat':
      return ['-j', 'SNAT', '--to-source', checkAddress(target.to, family), ...random(target)];
    case 'dnat':
      return ['-j', 'DNAT', '--to-destination', destination(target, family)];
    default:
      throw new RangeError(`target.kind: unknown ${JSON.stringify((target as { kind: unknown }).kind)}`);
  }
}

function random({ randomFully }: { readonly randomFully?: boolean }): string[] {
  return randomFully === true ? ['--random-fully'] : [];
}

function destination({ to, ports, from }: Target & { kind: 'dnat' }, family: Family): string {
  const address = checkAddress(to, family);
  if (ports === undefined) return address;
  const range = checkPortRange(ports).replace(':', '-');
  const shift = from === undefined ? '' : `/${checkPortRange({ first: from, last: from })}`;
  return `${family === 4 ? address : `[${address}]`}:${range}${shift}`;
}

/** Undefined for what {@link targetWords} would not write. */
export function readTarget(words: readonly string[]): Target | undefined {
  const verdict = verdicts.get(words.join(' '));
  if (verdict !== undefined) return verdict;
  const [jump, name, flag, value, ...rest] = words;
  if (jump !== '-j' || name === undefined) return undefined;
  if (flag === undefined) return { kind: 'jump', chain: name };
  if (name === 'SNAT' && flag === '--to-source' && value !== undefined) {
    return { kind: 'snat', to: value, ...(rest[0] === '--random-fully' && { randomFully: true }) };
  }
  if (name === 'DNAT' && flag === '--to-destination' && value !== undefined) return readDestination(value);
  return undefined;
}

const withPorts = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d+)(?:-(\d+))?(?:\/(\d+))?$/;

function readDestination(text: string): Target {
  const [, six, four, first, last, from] = withPorts.exec(text) ?? [];
  const to = six ?? four;
  if (to === undefined) return { kind: 'dnat', to: text };
  const ports = { first: Number(first), last: Number(last ?? first) };
  return { kind: 'dnat', to, ports, ...(from !== undefined && { from: Number(from) }) };
}
