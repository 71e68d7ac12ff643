// What a topology holds by what was asked for so far, for the next change to have something to act on. The kernel may have refused
// or since taken away what stands here: it is a source of names, not the truth.

import type { PlannedVerbs } from '../../../../src/plan.js';
import type { AddressOptions } from '../../../../src/rtnl/addresses.js';
import type { FdbOptions, NeighbourOptions } from '../../../../src/rtnl/neighbours.js';
import type { NamespaceTarget } from '../../../../src/rtnl/references.js';
import type { RouteOptions } from '../../../../src/rtnl/routes.js';
import type { RuleOptions } from '../../../../src/rtnl/rules.js';
import type { Random } from '../random.js';

export interface ModelLink {
  readonly name: string;
  readonly kind: string;
}

export class Model {
  /** The kinds of link that the kernel has. */
  readonly kinds: readonly string[];
  /** Namespaces beside the topology's own. */
  readonly others: readonly NamespaceTarget[];
  readonly links: ModelLink[] = [];
  readonly altNames: string[] = [];
  readonly addresses: AddressOptions[] = [];
  readonly routes: RouteOptions[] = [];
  readonly rules: RuleOptions[] = [];
  readonly neighbours: NeighbourOptions[] = [];
  readonly entries: FdbOptions[] = [];
  #made = 0;

  constructor(kinds: readonly string[], others: readonly NamespaceTarget[]) {
    this.kinds = kinds;
    this.others = others;
  }

  /** A name that was not used before. */
  name(kind: string): string {
    this.#made += 1;
    return `${kind.slice(0, 6)}${this.#made}`;
  }
  linksOf(...kinds: readonly string[]): readonly ModelLink[] {
    return kinds.length === 0 ? this.links : this.links.filter(({ kind }) => kinds.includes(kind));
  }
}

/** What is done, as it is recorded in a plan: run from there, or said as lines of `ip`. */
export type Change = (on: PlannedVerbs) => void;

export interface Maker {
  readonly what: string;
  /** How often it comes up, against the others. */
  readonly weight: number;
  /** Undefined where the topology has nothing to do it to. */
  readonly make: (random: Random, model: Model) => Change | undefined;
}

/** Takes one out of a list. */
export function take<Item>(random: Random, items: Item[]): Item | undefined {
  return items.length === 0 ? undefined : items.splice(random.int(0, items.length - 1), 1)[0];
}
