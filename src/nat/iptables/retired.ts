// Owns the chains of containers that have gone: cut off at once by a rule that is inserted, taken away later, all together. With
// the nf_tables variant whoever adds after a delete waits 15 ms for the kernel; a detach must not do that to the next attach.
// Must not know what the chains hold.
import type { BackendHost, ClaimedPorts } from '../backend.js';
import type { Family } from '../family.js';
import { type ContainerChain, containerChains, planRemoval } from './container-chains.js';
import { planRestoration, planRetirement } from './port-change.js';
import type { RestoreSession } from './session.js';
import { type ParsedTable, parseTable } from './standing.js';

/** After how long without another retirement they are taken away, in milliseconds. */
const quietMs = 500;

export class Retired {
  readonly #chains = new Set<string>();
  readonly #host: Pick<BackendHost, 'alone'>;
  readonly #session: (family: Family) => Promise<RestoreSession>;
  #timer: NodeJS.Timeout | undefined;
  #clearing: Promise<void> = Promise.resolve();

  constructor(host: Pick<BackendHost, 'alone'>, session: (family: Family) => Promise<RestoreSession>) {
    this.#host = host;
    this.#session = session;
  }

  /** Cuts a chain off. @throws {NatError} */
  async retire(network: string, container: string, family: Family): Promise<void> {
    await (await this.#session(family)).transaction(planRetirement(network, container, family));
    this.#chains.add(keyOf({ network, container }, family));
    this.#later();
  }

  /** Whether the chain still stands, cut off. It is not taken away any more then. */
  revive(network: string, container: string, family: Family): boolean {
    return this.#chains.delete(keyOf({ network, container }, family));
  }

  /** Somebody else takes care of a network's. */
  forget(network: string, family: Family): void {
    for (const key of this.#chains) if (key.startsWith(`${family} ${network} `)) this.#chains.delete(key);
  }

  /** It was not filled after all. */
  keep(network: string, container: string, family: Family): void {
    this.#chains.add(keyOf({ network, container }, family));
    this.#later();
  }

  /** Takes back a retirement. @throws {NatError} */
  async restore(network: string, container: string, family: Family): Promise<void> {
    await (await this.#session(family)).transaction(planRestoration(network, container, family));
    this.#chains.delete(keyOf({ network, container }, family));
  }

  /** Others retired, cleared or filled chains meanwhile: those that stand cut off now, of nobody any more, are ours as well as theirs. */
  adopt(nat: ParsedTable, claimed: ClaimedPorts, family: Family): void {
    for (const key of this.#chains) if (key.startsWith(`${family} `)) this.#chains.delete(key);
    for (const one of cutOff(nat))
      if (claimed(one.network, one.container).length === 0) this.#chains.add(keyOf(one, family));
    if (this.#chains.size > 0) this.#later();
  }

  /** Takes all of them away now that are still cut off. What cannot be is left for `reconcile`. */
  async clear(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#clearing = this.#clearing.then(() => this.#clear()).catch(() => undefined);
    await this.#clearing;
  }

  async #clear(): Promise<void> {
    if (this.#chains.size === 0) return;
    // A container of that name may have come back, by another process: the lock, and what stands, say which are nobody's.
    await this.#host.alone(async (changing) => {
      const wanted = new Set(this.#chains);
      const families = new Set([...wanted].map((key) => Number(key[0]) as Family));
      this.#chains.clear();
      for (const family of families) {
        const session = await this.#session(family);
        const gone = cutOff(parseTable(await session.read('nat'))).filter((one) =>
          wanted.has(keyOf(one, family)),
        );
        if (gone.length === 0) continue;
        changing();
        await session.transaction(planRemoval(gone, family));
      }
    });
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.clear(), quietMs).unref();
  }
}

function cutOff(nat: ParsedTable): readonly ContainerChain[] {
  return containerChains(nat).filter(({ cut }) => cut !== undefined);
}

function keyOf(
  { network, container }: Pick<ContainerChain, 'network' | 'container'>,
  family: Family,
): string {
  return `${family} ${network} ${container}`;
}
