// What a Namespace and a Plan offer of an object, made from one table of verbs: a promise and its `…Sync` twin there, a record
// here. The mapped types keep the doc comments of the table. Knows no object.

import type { Operation, Performer, Recorder } from './operation.js';

/** An object's verbs: each turns its arguments, checked, into an operation. */
export type Verbs = Readonly<Record<string, (...args: never[]) => Operation<unknown>>>;

/** Verbs that only ask; in a plan there is nobody to answer. */
type Reads = 'get' | 'list' | 'listTunnels' | 'buckets';
const reads: ReadonlySet<string> = new Set<Reads>(['get', 'list', 'listTunnels', 'buckets']);

type Promised<Verb> = Verb extends (...args: infer Args) => Operation<infer Result>
  ? (...args: Args) => Promise<Result>
  : never;
type Direct<Verb> = Verb extends (...args: infer Args) => Operation<infer Result>
  ? (...args: Args) => Result
  : never;
type Recorded<Verb> = Verb extends (...args: infer Args) => Operation<unknown>
  ? (...args: Args) => void
  : never;

/** Every verb, and its twin that runs on the calling thread. */
export type Face<V extends Verbs> = { readonly [Name in keyof V]: Promised<V[Name]> } & {
  readonly [Name in keyof V as `${Name & string}Sync`]: Direct<V[Name]>;
};

/** Every verb that changes something, for later. */
export type PlannedFace<V extends Verbs> = {
  readonly [Name in keyof V as Exclude<Name, Reads>]: Recorded<V[Name]>;
};

type Call = (...args: unknown[]) => Operation<unknown>;

export function faceOf<V extends Verbs>(verbs: V): new (at: Performer) => Face<V> {
  class Performed {
    readonly #at: Performer;

    constructor(at: Performer) {
      this.#at = at;
    }

    static {
      for (const [name, verb] of Object.entries(verbs) as [string, Call][]) {
        method(Performed, name, async function (this: Performed, ...args) {
          return this.#at.perform(verb(...args));
        });
        method(Performed, `${name}Sync`, function (this: Performed, ...args) {
          return this.#at.performSync(verb(...args));
        });
      }
    }
  }
  return Performed as unknown as new (
    at: Performer,
  ) => Face<V>;
}

export function plannedFaceOf<V extends Verbs>(verbs: V): new (plan: Recorder) => PlannedFace<V> {
  class Planned {
    readonly #plan: Recorder;

    constructor(plan: Recorder) {
      this.#plan = plan;
    }

    static {
      for (const [name, verb] of Object.entries(verbs) as [string, Call][]) {
        if (reads.has(name)) continue;
        method(Planned, name, function (this: Planned, ...args) {
          this.#plan.record(verb(...args));
        });
      }
    }
  }
  return Planned as unknown as new (
    plan: Recorder,
  ) => PlannedFace<V>;
}

function method<Self>(
  of: { readonly prototype: Self },
  name: string,
  value: (this: Self, ...args: unknown[]) => unknown,
): void {
  Object.defineProperty(of.prototype, name, { value, writable: true, configurable: true });
}
