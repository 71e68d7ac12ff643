// Owns what one network wants of NAT: its range leaves the host under the host's own address, and FORWARD lets it through.
// Pure: what is wanted, against what stands, gives a transaction. Must not know sessions.

import type { Family } from '../family.js';
import { networkChain, networkComment } from './chains.js';
import { checkInterface, checkSubnet } from './fields.js';
import { type Rule, ruleWords } from './rules.js';
import { networkJumps, type ParsedRules, type ParsedTable, type StandingRule } from './standing.js';
import { type Change, printTransaction, type Table, type TableChanges, tables } from './transaction.js';

/** A network as NAT sees it. */
export interface MasqueradeSpec {
  readonly network: string;
  /** CIDR without host bits. */
  readonly subnet: string;
  /** The bridge's interface name. */
  readonly bridge: string;
}

interface Wanted {
  readonly table: Table;
  /** In the order in which they shall stand. */
  readonly jumps: readonly Rule[];
  /** The whole content of the network's chain. */
  readonly rules: readonly Rule[];
  /** Where a jump goes that does not stand yet. */
  readonly place: 'first' | 'last';
}

/**
 * The rules of a network. The jumps in FORWARD stand first, or a rule that drops would swallow what comes back.
 * @throws {TypeError | RangeError} naming the field
 */
export function wantedRules(
  { network, subnet, bridge }: MasqueradeSpec,
  family: Family = 4,
): readonly Wanted[] {
  checkSubnet(subnet, family);
  checkInterface(bridge);
  const chain = networkChain(network);
  const jump = { comment: networkComment(network), target: { kind: 'jump', chain } } as const;
  const back = ['RELATED', 'ESTABLISHED'] as const;
  return [
    {
      table: 'nat',
      jumps: [{ chain: 'POSTROUTING', source: subnet, ...jump }],
      rules: [{ chain, outInterface: { not: bridge }, target: { kind: 'masquerade' } }],
      place: 'last',
    },
    {
      table: 'filter',
      jumps: [
        { chain: 'FORWARD', inInterface: bridge, ...jump },
        { chain: 'FORWARD', outInterface: bridge, ...jump },
      ],
      rules: [
        { chain, source: subnet, inInterface: bridge, target: { kind: 'accept' } },
        { chain, destination: subnet, outInterface: bridge, states: back, target: { kind: 'accept' } },
      ],
      place: 'first',
    },
  ];
}

/**
 * The transaction after which exactly this network's rules stand, empty where they do already. Rules of this network that
 * say something else (another range, a second copy) go in the same transaction; nobody else's are touched.
 *
 * `iptables -t nat -A POSTROUTING -s SUBNET -j MASQUERADE` and `iptables -I FORWARD 1 …`, each by way of the network's chain.
 * @throws {TypeError | RangeError} naming the field
 */
export function planEnable(spec: MasqueradeSpec, current: ParsedRules, family: Family = 4): string {
  const own = networkChain(spec.network);
  const blocks = wantedRules(spec, family).map((wanted): TableChanges => {
    const standing = current[wanted.table];
    const { missing, surplus } = compareJumps(wanted, networkJumps(standing, spec.network), family);
    const placed: Change[] =
      wanted.place === 'last'
        ? missing.map((rule) => ({ kind: 'append', rule }))
        : missing.reverse().map((rule) => ({ kind: 'insert', rule, position: 1 }));
    return {
      table: wanted.table,
      changes: [
        ...fillChain(own, wanted.rules, standing, family),
        ...placed,
        ...surplus.map((rule): Change => ({ kind: 'delete', rule })),
      ],
    };
  });
  return printTransaction(blocks, family);
}

/**
 * The transaction after which nothing of this network stands, empty where nothing does. It deletes what was seen standing
 * and no more, because deleting what is not there fails the transaction.
 * @throws {TypeError | RangeError} naming the field
 */
export function planDisable(
  { network }: { readonly network: string },
  current: ParsedRules,
  family: Family = 4,
): string {
  const own = networkChain(network);
  const blocks = tables.map((table): TableChanges => {
    const standing = current[table];
    const jumps = networkJumps(standing, network).map((rule): Change => ({ kind: 'delete', rule }));
    const chain: Change[] = standing.chains.has(own)
      ? [
          { kind: 'flush', chain: own },
          { kind: 'remove', chain: own },
        ]
      : [];
    return { table, changes: [...jumps, ...chain] };
  });
  return printTransaction(blocks, family);
}

function fillChain(own: string, rules: readonly Rule[], standing: ParsedTable, family: Family): Change[] {
  const made = standing.chains.has(own);
  const stands = standing.rules
    .filter((rule) => rule.chain === own)
    .map((rule) => key(rule.chain, rule.words));
  const wanted = rules.map((rule) => key(rule.chain, ruleWords(rule, family)));
  if (made && stands.join('\n') === wanted.join('\n')) return [];
  return [
    { kind: made ? 'flush' : 'create', chain: own },
    ...rules.map((rule): Change => ({ kind: 'append', rule })),
  ];
}

function compareJumps(wanted: Wanted, standing: readonly StandingRule[], family: Family) {
  const left = [...standing];
  const missing = wanted.jumps.filter((rule) => {
    const text = key(rule.chain, ruleWords(rule, family));
    const at = left.findIndex((other) => key(other.chain, other.words) === text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { missing, surplus: left };
}

function key(chain: string, words: readonly string[]): string {
  return [chain, ...words].join('\0');
}
