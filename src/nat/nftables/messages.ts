// Owns both forms of a change: messages of a transaction, and the shell lines that nft would take for them.
// Must not know what a change is for.

import type { TransactionMessage } from '../../binding.js';
import { shellWord } from '../../shell-word.js';
import type { StandingElement } from './decoding.js';
import type { Element } from './elements.js';
import { elementText, encodeElement, encodeKey, encodeSet, keyText, setText } from './encoding.js';
import { tableName } from './names.js';
import type { Change } from './plan.js';
import { expressions, ruleText } from './rules.js';
import { type ChainShape, setNamed } from './skeleton.js';

const family = 'inet';

/** In one message, whose list may have 64 KiB. */
const mostElements = 400;

/** The messages of changes, in order. */
export function messagesOf(changes: readonly Change[]): readonly TransactionMessage[] {
  return changes.flatMap((change, i) => messages(change, i + 1));
}

function messages(change: Change, id: number): readonly TransactionMessage[] {
  switch (change.kind) {
    case 'table': {
      const value = { family, name: tableName, ...(change.verb === 'set' && { flags: [] }) };
      return [{ object: 'nftTable', verb: change.verb, target: tableName, value }];
    }
    case 'set': {
      const { name } = change.shape;
      const value =
        change.verb === 'add'
          ? { family, ...encodeSet(setNamed(name), id) }
          : { family, table: tableName, name };
      return [{ object: 'nftSet', verb: change.verb, target: name, value }];
    }
    case 'chain':
      return [
        { object: 'nftChain', verb: change.verb, target: change.shape.name, value: chainValue(change) },
      ];
    case 'flush':
      return [
        {
          object: 'nftRule',
          verb: 'remove',
          target: change.chain,
          value: { family, table: tableName, chain: change.chain },
        },
      ];
    case 'rules':
      return change.chain.rules.map((rule) => ({
        object: 'nftRule',
        verb: 'append',
        target: `${change.chain.name}: ${ruleText(rule)}`,
        value: { family, table: tableName, chain: change.chain.name, expressions: expressions(rule) },
      }));
    case 'elements':
      return bySet(change.elements).flatMap(([set, elements]) =>
        chunks(elements).map((some) => elementMessage(change.verb, set, some)),
      );
  }
}

function chainValue({
  verb,
  shape: { name, base },
}: Change & { kind: 'chain' }): Readonly<Record<string, unknown>> {
  const named = { family, table: tableName, name };
  if (verb === 'remove' || base === undefined) return named;
  const hook = { number: base.hook, priority: base.priority };
  return { ...named, hook, type: base.type, policy: 'accept' };
}

function elementMessage(
  verb: 'add' | 'remove',
  set: string,
  some: readonly (Element | StandingElement)[],
): TransactionMessage {
  const [first] = some;
  const elements = some.flatMap((element) => (verb === 'add' ? encodeElement(element) : removal(element)));
  const target = some.length === 1 && first !== undefined ? `${set} ${keyText(first)}` : set;
  return { object: 'nftElement', verb, target, value: { family, table: tableName, set, elements } };
}

/** By its key as it stands. */
function removal(element: Element | StandingElement): readonly unknown[] {
  if (!('raw' in element)) return encodeKey(element);
  return element.raw.map(({ key, keyEnd, flags }) => ({
    key,
    ...(keyEnd !== undefined && { keyEnd }),
    ...(flags !== undefined && { flags }),
  }));
}

function bySet<One extends Element>(
  elements: readonly One[],
): readonly (readonly [string, readonly One[]])[] {
  const sorted = new Map<string, One[]>();
  for (const element of elements) {
    const known = sorted.get(element.set);
    if (known === undefined) sorted.set(element.set, [element]);
    else known.push(element);
  }
  return [...sorted];
}

function chunks<One>(list: readonly One[]): readonly (readonly One[])[] {
  return Array.from({ length: Math.ceil(list.length / mostElements) }, (_, i) =>
    list.slice(i * mostElements, (i + 1) * mostElements),
  );
}

const names = { add: 'add', set: 'add', remove: 'delete' } as const;

/** One shell line for each, fit for a shell. */
export function linesOf(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) => lines(change).map((words) => `nft ${words}`));
}

function lines(change: Change): readonly string[] {
  const at = `inet ${tableName}`;
  switch (change.kind) {
    case 'table':
      return [`${names[change.verb]} table ${at}`];
    case 'set': {
      const shape = setNamed(change.shape.name);
      if (change.verb === 'add')
        return [`add ${shellWord(setText(shape)).replace(/^'(\S+ \S+ \S+ \S+) /, "$1 '")}`];
      return [`delete ${shape.data === undefined ? 'set' : 'map'} ${at} ${shape.name}`];
    }
    case 'chain':
      return [
        `${names[change.verb]} chain ${at} ${change.shape.name}${change.verb === 'remove' ? '' : baseText(change.shape)}`,
      ];
    case 'flush':
      return [`flush chain ${at} ${change.chain}`];
    case 'rules':
      return change.chain.rules.map(
        (rule) => `add rule ${at} ${change.chain.name} ${ruleWords(ruleText(rule))}`,
      );
    case 'elements':
      return change.elements.map((element) => {
        const text = change.verb === 'add' ? elementText(element) : keyText(element);
        return `${names[change.verb]} element ${at} ${element.set} ${shellWord(`{ ${text} }`)}`;
      });
  }
}

// nft knows the names for some hooks only.
const priorities = { dstnat: -100, filter: 0, srcnat: 100 } as const;

function baseText({ base }: ChainShape): string {
  if (base === undefined) return '';
  return ` ${shellWord(`{ type ${base.type} hook ${base.hook} priority ${priorities[base.priority]}; policy accept; }`)}`;
}

/** As nft takes a rule from several words: only a shell's own are quoted. */
function ruleWords(text: string): string {
  return text
    .split(' ')
    .map((word) => shellWord(word))
    .join(' ');
}
