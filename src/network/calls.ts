// The calls under way on a handle: closing it waits for them, and refuses those that come later. Must not know what is called.

export class Calls {
  readonly #what: string;
  #underWay = 0;
  #closed = false;
  #whenIdle: (() => void) | undefined;

  /** @param what the handle, as a refusal calls it */
  constructor(what: string) {
    this.#what = what;
  }

  /** @throws {TypeError} once it was closed */
  enter(): void {
    if (this.#closed) throw new TypeError(`${this.#what} was closed`);
    this.#underWay += 1;
  }

  leave(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#whenIdle?.();
  }

  /** Refuses what comes from now on; resolves when what was under way has ended, well or not. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      const before = this.#whenIdle;
      this.#whenIdle = () => {
        before?.();
        resolve();
      };
    });
  }
}

/**
 * Has `verbs`, which return promises, count as calls of the handle that they are called on.
 * @returns them as they were, for calls that belong to one under way
 */
export function countCalls<Handle extends object, Verb extends keyof Handle & string>(
  prototype: Handle,
  verbs: readonly Verb[],
  callsOf: (handle: Handle) => Calls,
): Pick<Handle, Verb> {
  const uncounted: Partial<Pick<Handle, Verb>> = {};
  for (const verb of verbs) {
    uncounted[verb] = prototype[verb];
    const call = prototype[verb] as (...words: unknown[]) => Promise<unknown>;
    const counted = {
      async [verb](this: Handle, ...words: unknown[]): Promise<unknown> {
        const calls = callsOf(this);
        calls.enter();
        try {
          return await call.apply(this, words);
        } finally {
          calls.leave();
        }
      },
    };
    Object.defineProperty(prototype, verb, { value: counted[verb], writable: true, configurable: true });
  }
  return uncounted as Pick<Handle, Verb>;
}
