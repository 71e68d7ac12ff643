// Owns finding the chains of containers among the rules that stand, whosever network's: which are cut off, which lead to nothing that is
// claimed. Pure. Must not know sessions, nor when anybody asks.

import type { ClaimedPorts } from '../backend.js';
import type { Family } from '../family.js';
import { type PortIntent, singleAddress } from '../ports.js';
import { chainPrefix, commentPrefix, isContainerChain } from './chains.js';
import { portIn } from './read-back.js';
import { commentOf, type ParsedTable, type StandingRule, targetOf } from './standing.js';
import { type Change, printTransaction } from './transaction.js';

/** A container's chain, found by what leads to it. */
export interface ContainerChain {
  readonly network: string;
  readonly container: string;
  readonly chain: string;
  readonly jumps: readonly StandingRule[];
  /** The rule by which nothing in it is looked at any more. */
  readonly cut?: StandingRule;
}

/** All of a table `nat`. */
export function containerChains({ rules }: ParsedTable): readonly ContainerChain[] {
  const found = new Map<string, ContainerChain>();
  const first = new Map<string, StandingRule>();
  for (const rule of rules) if (!first.has(rule.chain)) first.set(rule.chain, rule);
  for (const rule of rules) {
    const chain = targetOf(rule) ?? '';
    const [network = '', container = ''] = ownerIn(commentOf(rule));
    if (container === '' || !isContainerChain(chain) || rule.chain !== `${chainPrefix}${network}/in`)
      continue;
    const begin = first.get(chain);
    found.set(chain, {
      network,
      container,
      chain,
      jumps: [...(found.get(chain)?.jumps ?? []), rule],
      ...(begin !== undefined && begin.words.join(' ') === '-j RETURN' && { cut: begin }),
    });
  }
  return [...found.values()];
}

function ownerIn(comment = ''): readonly string[] {
  return comment.startsWith(commentPrefix) ? comment.slice(commentPrefix.length).split(' ') : [];
}

/** The transaction that takes chains away; empty for none. */
export function planRemoval(chains: readonly ContainerChain[], family: Family): string {
  return printTransaction([{ table: 'nat', changes: chains.flatMap(removal) }], family);
}

function removal({ jumps, chain }: ContainerChain): readonly Change[] {
  return [
    ...jumps.map((rule): Change => ({ kind: 'delete', rule })),
    { kind: 'flush', chain },
    { kind: 'remove', chain },
  ];
}

/** The transaction after which no rule leads to what nobody claims, and no chain that somebody claims is cut off; empty where that is so. */
export function planPrune(nat: ParsedTable, claimed: ClaimedPorts, family: Family): string {
  const changes = containerChains(nat).flatMap((one): readonly Change[] => {
    const ports = claimed(one.network, one.container);
    if (ports.length === 0) return one.cut === undefined ? removal(one) : [];
    const strays = nat.rules.filter((rule) => rule.chain === one.chain && isStray(rule, ports, family));
    // A detach that was killed left the container as it was.
    const gone = one.cut === undefined ? strays : [one.cut, ...strays];
    return gone.map((rule): Change => ({ kind: 'delete', rule }));
  });
  return printTransaction([{ table: 'nat', changes }], family);
}

/** Whether a rule leads to a port, but to none of these. */
function isStray(rule: StandingRule, claimed: readonly PortIntent[], family: Family): boolean {
  const port = portIn(rule, family);
  if (port === undefined) return false;
  return !claimed.some(
    (one) =>
      one.protocol === port.protocol &&
      one.hostPort === port.hostPort &&
      one.range === port.range &&
      singleAddress(one) === port.hostAddress,
  );
}
