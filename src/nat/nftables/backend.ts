// Owns the nf_tables backend: what is read, what is sent, and what came of it. No process: transactions over nfnetlink.
// Must not know namespaces: a host is what reads and changes its rules.

import type {
  BackendHost,
  ClaimedPorts,
  Correction,
  NatBackend,
  PortChange,
  RuleSet,
  StandingNat,
} from '../backend.js';
import type { ContainerIntent, NetworkIntent, WantedNat } from '../intent.js';
import { NatError } from '../nat-error.js';
import type { PortIntent } from '../ports.js';
import type { StandingElement } from './decoding.js';
import { portElements, wantedElements } from './elements.js';
import { linesOf, messagesOf } from './messages.js';
import { added, type Change, planAnew, planDisable, planPrune, planReconcile, removed } from './plan.js';
import { portOf, translatedIn } from './read-back.js';
import { readStanding, ruledNetworks, type Standing } from './standing.js';

/**
 * How often it is read anew where others change rules at the same time. In the later attempts only what they did to the same things counts:
 * somebody who changes rules without end would never let a reader be the latest.
 */
const attempts = { careful: 4, all: 8 };

export class NftablesBackend implements NatBackend {
  readonly name = 'nftables';
  readonly inTurn = true;
  readonly #rules: RuleSet;
  readonly #ready = new WeakMap<PortChange, () => Promise<void>>();

  constructor({ rules }: Pick<BackendHost, 'rules'>) {
    this.#rules = rules;
  }

  async reconcile(wanted: WantedNat): Promise<Correction> {
    return { lines: linesOf(await this.#bring((standing) => planReconcile(wanted, standing))) };
  }

  async disable({ network }: NetworkIntent): Promise<boolean> {
    return (await this.#bring((standing) => planDisable(network, standing))).length > 0;
  }

  makeReady(change: PortChange): void {
    this.#ready.set(change, this.#rules.prepare(messagesOf(changesOf(change))));
  }

  /** Without reading: the claims say what stands. One transaction for all; if it is refused, one for each. */
  async change(changes: readonly PortChange[]): Promise<readonly (Error | undefined)[]> {
    try {
      const [only] = changes;
      const ready = changes.length === 1 && only !== undefined ? this.#ready.get(only) : undefined;
      await (ready?.() ?? this.#send(changes.flatMap(changesOf)));
      return changes.map(() => undefined);
    } catch (error) {
      const whole = asError(error);
      if (changes.length === 1 || !(error instanceof NatError) || error.applied !== false)
        return changes.map(() => whole);
    }
    const verdicts: (Error | undefined)[] = [];
    for (const change of changes)
      verdicts.push(await this.#send(changesOf(change)).then(() => undefined, asError));
    return verdicts;
  }

  async retire(network: NetworkIntent, container: ContainerIntent): Promise<void> {
    try {
      await this.#send(removed(portElements(network, container, container.ports)));
    } catch (error) {
      if (!(error instanceof NatError) || error.code !== 'ENFTABLES') throw error;
      // Others took some of it away: what is left is found by whose it is.
      await this.#bring(({ own }) =>
        removed(
          (own?.elements ?? []).filter(
            ({ owner }) => owner?.network === network.network && owner.container === container.container,
          ),
        ),
      );
    }
  }

  async prune(_network: NetworkIntent, claimed: ClaimedPorts): Promise<void> {
    await this.#bring((standing) => planPrune(standing, claimed));
  }

  async standing({ network }: NetworkIntent): Promise<StandingNat | undefined> {
    const { own } = await readStanding(this.#rules);
    const mine = (own?.elements ?? []).filter(({ owner }) => owner?.network === network);
    if (mine.length === 0) return undefined;
    return { translated: translatedIn(mine), ports: portsIn(mine) };
  }

  async networks(): Promise<readonly string[]> {
    return ruledNetworks(await readStanding(this.#rules));
  }

  async clear(network: string): Promise<void> {
    await this.#bring((standing) => planDisable(network, standing));
  }

  async foreign(): Promise<readonly string[]> {
    return foreignChains(await readStanding(this.#rules));
  }

  async watch(_network: NetworkIntent, changed: () => void): Promise<() => void> {
    return this.#rules.watch(changed);
  }

  explain(wanted: WantedNat): readonly string[] {
    return linesOf(planAnew(wantedElements(wanted)));
  }

  explainDisable(wanted: WantedNat): readonly string[] {
    return linesOf(removed(wantedElements(wanted)));
  }

  explainChange(change: PortChange): readonly string[] {
    return linesOf(changesOf(change));
  }

  async close(): Promise<void> {}

  /** Reads, plans and sends, and again where others changed rules in between. Returns what was sent. */
  async #bring(plan: (standing: Standing) => readonly Change[]): Promise<readonly Change[]> {
    for (let attempt = 1; ; attempt++) {
      const standing = await readStanding(this.#rules);
      const changes = plan(standing);
      if (changes.length === 0) return changes;
      const careful = attempt <= attempts.careful;
      try {
        await this.#send(changes, careful ? standing.generation : undefined);
        return changes;
      } catch (error) {
        if (!(error instanceof NatError) || attempt >= attempts.all) throw error;
        // Refused although nobody had changed anything: it is what was sent.
        if (careful && error.code === 'ENFTABLES') throw error;
        if (error.code !== 'EAGAIN' && error.code !== 'ENFTABLES' && error.applied !== 'unknown') throw error;
      }
    }
  }

  async #send(changes: readonly Change[], generation?: number): Promise<void> {
    const messages = messagesOf(changes);
    if (messages.length > 0) await this.#rules.transact(messages, generation);
  }
}

function changesOf({ network, container, add, remove }: PortChange): readonly Change[] {
  return [
    ...removed(portElements(network, container, remove)),
    ...added(portElements(network, container, add)),
  ];
}

function portsIn(elements: readonly StandingElement[]): ReadonlyMap<string, readonly PortIntent[]> {
  const ports = new Map<string, PortIntent[]>();
  for (const element of elements) {
    const found = portOf(element);
    if (found === undefined) continue;
    ports.set(found.to, [...(ports.get(found.to) ?? []), found.port]);
  }
  return ports;
}

// iptables' own tables are told of by iptables.
const iptablesTables = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);

function foreignChains({ chains }: Standing): readonly string[] {
  return chains
    .filter(({ family, table }) => !(family === 'inet' && table === 'netplumb'))
    .filter(({ family, table }) => !((family === 'ipv4' || family === 'ipv6') && iptablesTables.has(table)))
    .filter(
      ({ type, hook, use = 0, policy }) =>
        (use > 0 || policy === 'drop') && (type === 'nat' || hook?.number === 'forward'),
    )
    .map(({ family, table, name }) => `${nftFamily(family)} ${table} ${name}`);
}

/** As nft calls it. */
function nftFamily(family: string): string {
  return { ipv4: 'ip', ipv6: 'ip6' }[family] ?? family;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
