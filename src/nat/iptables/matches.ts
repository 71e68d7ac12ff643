// Owns what a rule of ours can look at in a packet: one row each, in the order in which `iptables -S` prints them.
// Must not know what rules are for.
import type { Family } from '../family.js';
import {
  checkBridged,
  checkComment,
  checkDestinationType,
  checkInterface,
  checkPortRange,
  checkProtocol,
  checkStates,
  checkSubnet,
  readPortRange,
} from './fields.js';
import type { Rule } from './rules.js';

export type MatchKey = Exclude<keyof Rule, 'chain' | 'target'>;

export interface MatchRow {
  readonly key: MatchKey;
  /** What loads the extension the flag is of: nothing for the kernel's own fields. */
  module(rule: { readonly protocol?: unknown }): readonly string[];
  readonly flag: string;
  readonly negatable: boolean;
  /** No word follows the flag. */
  readonly bare?: true;
  /** The one spelling of a value; throws where there is none. */
  check(value: unknown, family: Family): string;
  /** From the word back to the value. */
  read(word: string): unknown;
}

const same = (word: string) => word;
const none = () => [];
const always =
  (...words: string[]) =>
  () =>
    words;

// The kernel's own fields first, then extensions in the order in which they are given.
export const matches: readonly MatchRow[] = [
  { key: 'source', module: none, flag: '-s', negatable: true, check: checkSubnet, read: same },
  { key: 'destination', module: none, flag: '-d', negatable: true, check: checkSubnet, read: same },
  { key: 'inInterface', module: none, flag: '-i', negatable: true, check: checkInterface, read: same },
  { key: 'outInterface', module: none, flag: '-o', negatable: true, check: checkInterface, read: same },
  { key: 'protocol', module: none, flag: '-p', negatable: false, check: checkProtocol, read: same },
  {
    key: 'ports',
    module: ({ protocol }) => ['-m', String(protocol)], // checked by the row before
    flag: '--dport',
    negatable: false,
    check: checkPortRange,
    read: readPortRange,
  },
  {
    key: 'comment',
    module: always('-m', 'comment'),
    flag: '--comment',
    negatable: false,
    check: checkComment,
    read: same,
  },
  {
    key: 'destinationType',
    module: always('-m', 'addrtype'),
    flag: '--dst-type',
    negatable: false,
    check: checkDestinationType,
    read: same,
  },
  {
    key: 'bridged',
    module: always('-m', 'physdev'),
    flag: '--physdev-is-bridged',
    negatable: false,
    bare: true,
    check: checkBridged,
    read: () => true,
  },
  {
    key: 'states',
    module: always('-m', 'conntrack'),
    flag: '--ctstate',
    negatable: true,
    check: checkStates,
    read: (word) => word.split(','),
  },
];
