// A seeded source of choices: the same seed makes the same ones.

import fc from 'fast-check';
import { seededRandom } from '../../../scripts/bench/order.mjs';

export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** From `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }
  chance(probability: number): boolean {
    return this.#next() < probability;
  }
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.int(0, items.length - 1)];
  }
  /** One of a list that is not empty. */
  one<const Items extends readonly [unknown, ...unknown[]]>(...items: Items): Items[number] {
    return items[this.int(0, items.length - 1)];
  }
  /** Each with that probability. */
  some<const Item>(items: readonly Item[], probability: number): Item[] {
    return items.filter(() => this.chance(probability));
  }
  sample<Value>(arbitrary: fc.Arbitrary<Value>): Value {
    const [value] = fc.sample(arbitrary, { numRuns: 1, seed: this.int(0, 2 ** 31 - 1) });
    return value as Value;
  }
  /** A property with that probability, to be spread. */
  maybe<Name extends string, Value>(
    name: Name,
    value: () => Value,
    probability = 0.3,
  ): { readonly [K in Name]?: Value } {
    return (this.chance(probability) ? { [name]: value() } : {}) as { readonly [K in Name]?: Value };
  }
}
