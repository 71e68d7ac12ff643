// Owns the transactions of ports that come and go, made without reading: what stands is known from the claims.
// Pure. Must not know sessions, nor what claims are.

import type { PortChange } from '../backend.js';
import type { Family } from '../family.js';
import { containerChain } from './chains.js';
import { type Rule, ruleWords } from './rules.js';
import { type Change, printTransaction } from './transaction.js';
import { containerJump, portRules } from './wanted.js';

/**
 * Adds and takes away ports of one container. Its chain comes with its first port, emptied if something was left in it, and goes with its last.
 * Refused by iptables where others have taken away what it relies on.
 * @param revived the chain stands, cut off, with the jump to it: it is filled anew
 */
export function planChange(change: PortChange, family: Family, revived = false): string {
  const { network, container, add, remove } = change;
  const name = network.network;
  const chain = containerChain(name, container.container);
  const rules = (ports: PortChange['add']) => portRules(name, { ...container, ports }, family);
  const after = rules(container.ports);
  const added = rules(add);
  const removed = rules(remove);
  if (added.length === 0 && removed.length === 0) return '';
  const before = after.length - added.length + removed.length;
  const jump = containerJump(name, container.container);
  const changes: Change[] = [];
  if (after.length === 0) {
    changes.push(deletion(jump, family), { kind: 'flush', chain }, { kind: 'remove', chain });
  } else if (before === 0 || revived) {
    // Where others have taken it away meanwhile, the jump has gone too: then there is nothing to take back, which iptables refuses.
    if (revived) changes.push(deletion(retirement(name, container.container), family));
    changes.push({ kind: 'create', chain }, ...after.map(appended), ...(revived ? [] : [appended(jump)]));
  } else {
    changes.push(...removed.map((rule) => deletion(rule, family)), ...added.map(appended));
  }
  return printTransaction([{ table: 'nat', changes }], family);
}

/** From now on nothing in a container's chain is looked at. An insert, because what follows a delete waits for it in the kernel. */
export function planRetirement(network: string, container: string, family: Family): string {
  const rule = retirement(network, container);
  return printTransaction([{ table: 'nat', changes: [{ kind: 'insert', rule, position: 1 }] }], family);
}

/** Takes that back. */
export function planRestoration(network: string, container: string, family: Family): string {
  const changes = [deletion(retirement(network, container), family)];
  return printTransaction([{ table: 'nat', changes }], family);
}

function retirement(network: string, container: string): Rule {
  return { chain: containerChain(network, container), target: { kind: 'return' } };
}

function appended(rule: Rule): Change {
  return { kind: 'append', rule };
}

function deletion(rule: Rule, family: Family): Change {
  return { kind: 'delete', rule: { chain: rule.chain, words: ruleWords(rule, family) } };
}
