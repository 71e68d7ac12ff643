// Owns the way from what stands to what is wanted: changes of one transaction, to a network's own elements and to what all networks
// share, never to anybody else's. Pure. Must not know how changes become messages.

import type { ClaimedPorts } from '../backend.js';
import type { WantedNat } from '../intent.js';
import { NatError } from '../nat-error.js';
import { identityOf, type RawElement, type StandingElement } from './decoding.js';
import { type Element, wantedElements } from './elements.js';
import { encodeElement, encodeSet } from './encoding.js';
import { userChain } from './names.js';
import { isStray } from './read-back.js';
import { expressions, sameRule } from './rules.js';
import { type ChainShape, chains, type SetShape, sets } from './skeleton.js';
import {
  hasUserRules,
  type OwnTable,
  type Standing,
  type StandingChain,
  type StandingSet,
} from './standing.js';

/** One change. */
export type Change =
  | { readonly kind: 'table'; readonly verb: 'add' | 'set' | 'remove' }
  | { readonly kind: 'set'; readonly verb: 'add' | 'remove'; readonly shape: Pick<SetShape, 'name'> }
  | { readonly kind: 'chain'; readonly verb: 'add' | 'set' | 'remove'; readonly shape: ChainShape }
  | { readonly kind: 'flush'; readonly chain: string }
  | { readonly kind: 'rules'; readonly chain: ChainShape }
  | {
      readonly kind: 'elements';
      readonly verb: 'add' | 'remove';
      readonly elements: readonly (Element | StandingElement)[];
    };

/** The changes after which exactly what the network wants stands; none where it does. @throws {NatError} for a table that is not ours */
export function planReconcile(wanted: WantedNat, { own }: Standing): readonly Change[] {
  const elements = wantedElements(wanted);
  if (own === undefined) return [...wholeSkeleton, ...added(elements)];
  const { network } = wanted.network;
  const mine = own.elements.filter(({ owner }) => owner?.network === network);
  const standing = new Set(mine.map(({ identity }) => identity));
  const identities = new Map(elements.map((element) => [identityOfWanted(element), element]));
  const missing = [...identities]
    .filter(([identity]) => !standing.has(identity))
    .map(([, element]) => element);
  const surplus = mine.filter(({ identity }) => !identities.has(identity));
  return [...skeletonChanges(own), ...removed([...surplus, ...inTheWay(missing, own)]), ...added(missing)];
}

/** The changes after which nothing of the network stands; none where nothing does. With the last one goes all that they share. */
export function planDisable(network: string, { own }: Standing): readonly Change[] {
  if (own === undefined) return [];
  const mine = own.elements.filter(({ owner }) => owner?.network === network);
  const others = own.elements.some(({ owner }) => owner !== undefined && owner.network !== network);
  if (mine.length === 0 && (others || own.elements.length > 0)) return [];
  if (others) return removed(mine);
  return hasUserRules(own) ? allButUser(own) : [{ kind: 'table', verb: 'remove' }];
}

/** The changes after which no element leads to a port that nobody claims. */
export function planPrune({ own }: Standing, claimed: ClaimedPorts): readonly Change[] {
  const strays = (own?.elements ?? []).filter((element) => {
    const { network, container } = element.owner ?? {};
    return network !== undefined && container !== undefined && isStray(element, claimed(network, container));
  });
  return removed(strays);
}

const wholeSkeleton: readonly Change[] = [
  { kind: 'table', verb: 'add' },
  ...chains.map((shape): Change => ({ kind: 'chain', verb: 'add', shape })),
  ...sets.map((shape): Change => ({ kind: 'set', verb: 'add', shape })),
  ...chains.filter(({ rules }) => rules.length > 0).map((chain): Change => ({ kind: 'rules', chain })),
];

/** All of it, for an explanation. */
export function planAnew(elements: readonly Element[]): readonly Change[] {
  return [...wholeSkeleton, ...added(elements)];
}

/** As reading it back will say it. */
export function identityOfWanted(element: Element): string {
  return identityOf(element.set, encodeElement(element) as readonly RawElement[]);
}

export function added(elements: readonly Element[]): readonly Change[] {
  return elements.length === 0 ? [] : [{ kind: 'elements', verb: 'add', elements }];
}

export function removed(elements: readonly (Element | StandingElement)[]): readonly Change[] {
  return elements.length === 0 ? [] : [{ kind: 'elements', verb: 'remove', elements }];
}

/** What nobody owns, where an element is to be. */
function inTheWay(missing: readonly Element[], { elements }: OwnTable): readonly StandingElement[] {
  const places = new Set(
    missing.map((element) => identityOfWanted(element).split('|').slice(0, 2).join('|')),
  );
  return elements.filter(({ owner, set, first }) => owner === undefined && places.has(`${set}|${first}`));
}

/** What of the shared part is missing or says something else. */
function skeletonChanges(own: OwnTable): readonly Change[] {
  for (const shape of sets) refuseOtherSet(shape, own.sets.get(shape.name));
  for (const shape of chains) refuseOtherChain(shape, own.chains.get(shape.name));
  const missing = chains.filter(({ name }) => !own.chains.has(name));
  const dropping = chains.filter(
    ({ name, base }) => base !== undefined && own.chains.get(name)?.policy === 'drop',
  );
  const wrong = chains.filter((shape) => shape.name !== userChain && !saysTheSame(shape, own));
  return [
    ...(own.dormant ? [{ kind: 'table', verb: 'set' } as const] : []),
    ...missing.map((shape): Change => ({ kind: 'chain', verb: 'add', shape })),
    ...dropping.map((shape): Change => ({ kind: 'chain', verb: 'set', shape })),
    ...sets
      .filter(({ name }) => !own.sets.has(name))
      .map((shape): Change => ({ kind: 'set', verb: 'add', shape })),
    ...wrong.flatMap((chain): Change[] => [
      ...(own.rules.has(chain.name) ? [{ kind: 'flush', chain: chain.name } as const] : []),
      { kind: 'rules', chain },
    ]),
  ];
}

function saysTheSame({ name, rules }: ChainShape, own: OwnTable): boolean {
  const standing = own.rules.get(name) ?? [];
  return (
    standing.length === rules.length &&
    rules.every((rule, i) => sameRule(expressions(rule), standing[i]?.expressions))
  );
}

// Neither can be changed where it stands. Nobody makes another one by accident.
function refuseOtherSet(shape: SetShape, standing: StandingSet | undefined): void {
  if (standing === undefined) return;
  const wanted = encodeSet(shape, 0);
  const kind = (flags: unknown) => (flags as readonly unknown[] | undefined)?.includes('interval') === true;
  if (standing.keyLength === wanted.keyLength && kind(standing.flags) === shape.interval) return;
  throw otherThan(`set ${shape.name}`);
}

function refuseOtherChain({ name, base }: ChainShape, standing: StandingChain | undefined): void {
  if (standing === undefined) return;
  const { type, hook } = standing;
  const same = base === undefined ? hook === undefined : type === base.type && hook?.number === base.hook;
  if (!same) throw otherThan(`chain ${name}`);
}

function otherThan(what: string): NatError {
  return new NatError(
    `table inet netplumb has another ${what} than netplumb makes; remove the table, or the ${what}`,
    {
      code: 'ENOTOURS',
      applied: false,
    },
  );
}

/** The administrator's chain stays, with its table. */
function allButUser(own: OwnTable): readonly Change[] {
  const others = chains.filter(({ name }) => name !== userChain && own.chains.has(name)).reverse();
  return [
    ...others.map(({ name }): Change => ({ kind: 'flush', chain: name })),
    // A map's verdicts lead into chains.
    ...sets
      .filter(({ name }) => own.sets.has(name))
      .map((shape): Change => ({ kind: 'set', verb: 'remove', shape })),
    ...others.map((shape): Change => ({ kind: 'chain', verb: 'remove', shape })),
  ];
}
