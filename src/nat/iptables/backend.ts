// Owns the iptables backend: which session speaks for which family, and what it is asked.
// Must not know namespaces: a host is its inode and a way to start a process in it. Rules are plan.ts's.
import type {
  BackendHost,
  ClaimedPorts,
  Correction,
  NatBackend,
  PortChange,
  StandingNat,
} from '../backend.js';
import { type Family, families, familyOf } from '../family.js';
import type { ContainerIntent, NetworkIntent, WantedNat } from '../intent.js';
import { NatError } from '../nat-error.js';
import { bring, readRules } from './apply.js';
import { chooseVariant } from './choice.js';
import { containerChains, planPrune, planRemoval } from './container-chains.js';
import { explain } from './explain.js';
import { lookOut } from './lookout.js';
import { planDisable, planPassage, planReconcile } from './plan.js';
import { planChange } from './port-change.js';
import { findProgram } from './program.js';
import { readBack } from './read-back.js';
import { Retired } from './retired.js';
import type { RestoreSession } from './session.js';
import { type SessionLease, sessions } from './sessions.js';
import { dropsForwarded, foreignRules, noRules, parseRules, parseTable, ruledNetworks } from './standing.js';
import { mayDropForwarded, mayHaveRules } from './traces.js';

export class IptablesBackend implements NatBackend {
  readonly name = 'iptables';
  readonly inTurn = false;
  readonly #host: BackendHost;
  readonly #leases = new Map<Family, Promise<SessionLease>>();
  /** The families whose variant is the legacy one, of which the kernel announces nothing. */
  readonly #silent = new Set<Family>();
  readonly #retired: Retired;

  constructor(host: BackendHost) {
    this.#host = host;
    this.#retired = new Retired(host, (family) => this.#session(family));
  }

  async reconcile(wanted: WantedNat): Promise<Correction> {
    const lines: string[] = [];
    for (const family of familiesOf(wanted.network)) {
      this.#retired.forget(wanted.network.network, family); // what was put off is in the plan
      const sent = await bring(await this.#session(family), (current) =>
        planReconcile(wanted, current, family),
      );
      lines.push(...explain(sent, family));
    }
    return { lines };
  }

  async disable(network: NetworkIntent): Promise<boolean> {
    let changed = false;
    for (const family of familiesOf(network)) {
      this.#retired.forget(network.network, family);
      const sent = await bring(await this.#session(family), (current) =>
        planDisable(network.network, current, family),
      );
      changed ||= sent !== '';
    }
    return changed;
  }

  /**
   * Lets the packets of a network whose rules are in nf_tables past FORWARD, where somebody drops there, and takes out all else of it. Starts
   * no process where nobody does, and nothing stands.
   */
  async pass({ network, bridge, subnets }: NetworkIntent): Promise<Correction> {
    const lines: string[] = [];
    const used = new Set(subnets.map(({ subnet }) => familyOf(subnet)));
    const stands = await mayHaveRules(this.#host);
    for (const family of installed()) {
      if (!stands && !(await mayDropForwarded(this.#host, family))) continue;
      this.#retired.forget(network, family);
      const sent = await bring(await this.#session(family), (current) =>
        used.has(family) && dropsForwarded(current)
          ? planPassage(network, bridge, current, family)
          : planDisable(network, current, family),
      );
      lines.push(...explain(sent, family));
    }
    return { lines };
  }

  change(changes: readonly PortChange[]): Promise<readonly (Error | undefined)[]> {
    return Promise.all(
      changes.map(async (change) => {
        const done: Family[] = [];
        try {
          for (const family of familiesOf(change.network)) {
            await this.#changeFamily(change, family);
            done.push(family);
          }
          return undefined;
        } catch (error) {
          // All or nothing, in every family.
          for (const family of done) await this.#changeFamily(reverse(change), family).catch(() => undefined);
          return error instanceof Error ? error : new Error(String(error));
        }
      }),
    );
  }

  async #changeFamily(change: PortChange, family: Family): Promise<void> {
    const { network, container } = change;
    const revived =
      change.add.length > 0 && this.#retired.revive(network.network, container.container, family);
    const text = planChange(revived ? { ...change, remove: [] } : change, family, revived);
    if (text === '') return;
    try {
      await (await this.#session(family)).transaction(text);
    } catch (error) {
      if (revived) this.#retired.keep(network.network, container.container, family);
      throw error;
    }
  }

  async retire(network: NetworkIntent, container: ContainerIntent): Promise<void> {
    const { ports } = container;
    const done: Family[] = [];
    try {
      for (const family of familiesOf(network)) {
        const change = { network, container: { ...container, ports: [] }, add: [], remove: ports };
        if (planChange(change, family) === '') continue;
        await this.#retireFamily(network.network, container.container, family);
        done.push(family);
      }
    } catch (error) {
      for (const family of done)
        await this.#retired.restore(network.network, container.container, family).catch(() => undefined);
      throw error;
    }
  }

  async #retireFamily(network: string, container: string, family: Family): Promise<void> {
    try {
      await this.#retired.retire(network, container, family);
    } catch (error) {
      const doubtful =
        error instanceof NatError && (error.code === 'EIPTABLES' || error.applied === 'unknown');
      if (!doubtful) throw error;
      // Others took some of it away, or nobody knows: what is left of it is found by whose it is.
      await bring(await this.#session(family), ({ nat }) =>
        planRemoval(
          containerChains(nat).filter((one) => one.network === network && one.container === container),
          family,
        ),
      );
    }
  }

  async prune(network: NetworkIntent, claimed: ClaimedPorts): Promise<void> {
    for (const family of familiesOf(network)) {
      const session = await this.#session(family);
      const nat = parseTable(await session.read('nat'));
      this.#retired.adopt(nat, claimed, family);
      if (planPrune(nat, claimed, family) !== '')
        await bring(session, (current) => planPrune(current.nat, claimed, family));
    }
  }

  async standing(network: NetworkIntent): Promise<StandingNat | undefined> {
    const found: StandingNat[] = [];
    for (const family of familiesOf(network)) {
      const one = readBack(network.network, await readRules(await this.#session(family)), family);
      if (one !== undefined) found.push(one);
    }
    if (found.length === 0) return undefined;
    return {
      translated: found.flatMap(({ translated }) => translated),
      ports: new Map(found.flatMap(({ ports }) => [...ports])),
    };
  }

  async networks(): Promise<readonly string[]> {
    if (!(await mayHaveRules(this.#host))) return [];
    const found = new Set<string>();
    for (const family of installed())
      for (const network of ruledNetworks(await readRules(await this.#session(family)))) found.add(network);
    return [...found].sort();
  }

  async clear(network: string): Promise<void> {
    for (const family of installed())
      await bring(await this.#session(family), (current) => planDisable(network, current, family));
  }

  async foreign(): Promise<readonly string[]> {
    if (findProgram() === undefined) return [];
    return foreignRules(await readRules(await this.#session(4)));
  }

  async watch(network: NetworkIntent, changed: () => void): Promise<() => void> {
    const own = familiesOf(network);
    const sessions = await Promise.all(own.map((family) => this.#session(family)));
    const announced = !own.some((family) => this.#silent.has(family));
    return lookOut(sessions, changed, announced ? (heard) => this.#host.rules.watch(heard) : undefined);
  }

  explain(wanted: WantedNat): readonly string[] {
    return familiesOf(wanted.network).flatMap((family) =>
      explain(planReconcile(wanted, noRules, family), family),
    );
  }

  explainDisable(wanted: WantedNat): readonly string[] {
    return familiesOf(wanted.network).flatMap((family) => {
      const standing = standingAfter(planReconcile(wanted, noRules, family));
      return explain(planDisable(wanted.network.network, parseRules(standing), family), family);
    });
  }

  explainChange(change: PortChange): readonly string[] {
    return familiesOf(change.network).flatMap((family) => explain(planChange(change, family), family));
  }

  async close(): Promise<void> {
    await this.#retired.clear();
    const leases = [...this.#leases.values()];
    this.#leases.clear();
    await Promise.all(leases.map(async (lease) => (await lease).release()));
  }

  async #session(family: Family): Promise<RestoreSession> {
    let lease = this.#leases.get(family);
    if (lease === undefined) {
      lease = this.#acquire(family);
      this.#leases.set(family, lease);
      lease.catch(() => this.#leases.delete(family)); // the next call may have more luck
    }
    return (await lease).session;
  }

  async #acquire(family: Family): Promise<SessionLease> {
    const { chosen, mixed } = await chooseVariant(this.#host, family);
    if (mixed) {
      const message = `iptables rules stand in both variants, legacy and nf_tables; ${chosen?.variant} is used`;
      process.emitWarning(message, { type: 'NetplumbWarning', code: 'NETPLUMB_MIXED_IPTABLES' });
    }
    if (chosen?.variant === 'nf_tables') this.#silent.delete(family);
    else this.#silent.add(family);
    const { inode, spawn } = this.#host;
    return sessions.acquire({ inode, spawn, family, ...(chosen && { program: chosen.program }) });
  }
}

/** What takes a change back. */
function reverse({ network, container, add, remove }: PortChange): PortChange {
  const ports = [...container.ports.filter((port) => !add.includes(port)), ...remove];
  return { network, container: { ...container, ports }, add: remove, remove: add };
}

function installed(): readonly Family[] {
  return families.filter((family) => findProgram(family) !== undefined);
}

function familiesOf({ subnets }: NetworkIntent): readonly Family[] {
  return families.filter((family) => subnets.some(({ subnet }) => familyOf(subnet) === family));
}

/** What restore is told to make is, table by table, what `-S` then prints, but for the order in FORWARD. */
function standingAfter(transaction: string): { nat: string; filter: string } {
  const lines = transaction.split('\n');
  const of = (table: string) => {
    const begin = lines.indexOf(`*${table}`);
    if (begin < 0) return '';
    return lines
      .slice(begin + 1, lines.indexOf('COMMIT', begin))
      .map((line) => line.replace(/^:(\S+) .*/, '-N $1').replace(/^-I (\S+) \d+/, '-A $1'))
      .join('\n');
  };
  return { nat: of('nat'), filter: of('filter') };
}
