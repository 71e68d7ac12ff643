// Owns the chains of containers that have gone: cut off at once by a rule that is inserted, taken away later, all together. With
// the nf_tables variant whoever adds after a delete waits 15 ms for the kernel; a detach must not do that to the next attach.
// Must not know what the chains hold.
import type { Family } from '../family.js';
import { planClearance, planRetirement } from './port-change.js';
import type { RestoreSession } from './session.js';

interface Retiree {
  readonly network: string;
  readonly container: string;
  readonly family: Family;
}

/** After how long without another retirement they are taken away, in milliseconds. */
const quietMs = 500;

export class Retired {
  readonly #retirees = new Map<string, Retiree>();
  readonly #session: (family: Family) => Promise<RestoreSession>;
  #timer: NodeJS.Timeout | undefined;
  #clearing: Promise<void> = Promise.resolve();

  constructor(session: (family: Family) => Promise<RestoreSession>) {
    this.#session = session;
  }

  /** Cuts a chain off. @throws {NatError} */
  async retire(network: string, container: string, family: Family): Promise<void> {
    await (await this.#session(family)).transaction(planRetirement(network, container, family));
    this.#retirees.set(keyOf(network, container, family), { network, container, family });
    this.#later();
  }

  /** Whether the chain still stands, cut off. It is not taken away any more then. */
  revive(network: string, container: string, family: Family): boolean {
    return this.#retirees.delete(keyOf(network, container, family));
  }

  /** Somebody else takes care of a network's. */
  forget(network: string, family: Family): void {
    for (const [key, one] of this.#retirees)
      if (one.network === network && one.family === family) this.#retirees.delete(key);
  }

  /** Takes all of them away now. One that cannot be is left for `reconcile`: it is cut off. */
  async clear(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const retirees = [...this.#retirees.values()];
    this.#retirees.clear();
    // Called together, they go in one transaction.
    const work = retirees.map(async ({ network, container, family }) => {
      try {
        await (await this.#session(family)).transaction(planClearance(network, container, family));
      } catch {
        // cut off it is; `reconcile` takes it away
      }
    });
    this.#clearing = Promise.all([this.#clearing, ...work]).then(() => undefined);
    await this.#clearing;
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.clear(), quietMs).unref();
  }
}

function keyOf(network: string, container: string, family: Family): string {
  return `${network} ${container} ${family}`;
}
