// Publishing: claims first, for they say what shall stand; then the rules, in as few transactions as can be. Who asks while one round
// is under way waits for the next, and goes with all others that did. Must not know what a rule says.

import { NatError, NetlinkError, NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import {
  type BackendName,
  type ContainerIntent,
  isLoopback,
  type NatBackend,
  type NetworkIntent,
  type PortChange,
  type PortIntent,
} from '../../nat/index.js';
import { portClaim } from '../formats/port-claims.js';
import { flowsOfPorts, type HostFlows } from '../host/flows.js';
import { explainChange, type HostNat } from '../host/nat.js';
import { containerIntent, intentOf, wantedNat } from '../host/nat-intent.js';
import { ownAddresses } from '../host/own-addresses.js';
import { exclusively, type HeldLock } from '../host-lock.js';
import { findPort } from '../removal/detach.js';
import { settled } from '../settled.js';
import { natOf, openBridge, type StandingBridge } from '../standing.js';
import { PortBook } from './book.js';
import { choosePort, isFree, type Publisher, refuseListened } from './choice.js';
import {
  claimingPlan,
  type Links,
  linksByClaims,
  type Prospect,
  type Publishing,
  prepareClaims,
  publishing,
} from './prospect.js';
import type { Unwanted } from './published.js';

/** More on one link would make every message about it large; a range counts as one. */
const mostPorts = 256;

/** Adds ports, or takes some back. */
interface Request {
  readonly container: string;
  /** Where this process attached the container just now. */
  readonly prospect: Prospect | undefined;
  readonly add: readonly PortIntent[];
  readonly remove: Unwanted | undefined;
  fulfil(ports: readonly PortIntent[]): void;
  reject(error: unknown): void;
}

/** What a round of requests stands on. */
interface Ground {
  readonly bridge: KnownBridge;
  /** The container of each request, or why there is none. */
  readonly found: readonly (() => Publishing)[];
}

interface KnownBridge extends StandingBridge {
  readonly intent: NetworkIntent;
}

interface Accepted {
  readonly request: Request;
  readonly links: Links;
  readonly change: PortChange;
  /** Throws where the claims are refused. */
  readonly claim: Promise<() => void>;
}

interface Judged extends Accepted {
  /** What the backend says; undefined for done. */
  readonly verdict: Error | undefined;
}

/** The ports of one network's containers, from this process' side. */
export class PortKeeper {
  readonly #host: Namespace;
  readonly #nat: HostNat;
  readonly #flows: HostFlows;
  readonly #network: string;
  readonly #index: number;
  readonly #book: PortBook;
  /** As it was read last; still so where the book is undisturbed. */
  #bridge: KnownBridge | undefined;
  readonly #queue: Request[] = [];
  #running: Promise<void> | undefined;

  constructor(host: Namespace, nat: HostNat, flows: HostFlows, bridge: StandingBridge) {
    this.#host = host;
    this.#nat = nat;
    this.#flows = flows;
    this.#network = bridge.label.network;
    this.#index = bridge.index;
    this.#book = new PortBook(host);
  }

  /**
   * Publishes ports of a container; returns them with the host ports that were chosen. All or none.
   * @param prospect of a container that this process attached just now: then it need not be read
   */
  publish(
    container: string,
    add: readonly PortIntent[],
    prospect?: Prospect,
  ): Promise<readonly PortIntent[]> {
    return this.#submit({ container, prospect, add, remove: undefined });
  }

  /** Makes ready for `publish` what can be, while the kernel is busy with the container. Changes nothing. */
  foresee(container: string, add: readonly PortIntent[], addresses: readonly string[]): Prospect {
    const refusal = this.#listener({ container, addresses }, add);
    const links = linksByClaims(this.#network, container, addresses);
    const bridge = this.#bridge;
    const backend = bridge && natOf(bridge.label);
    if (!backend || add.some(({ hostPort }) => hostPort === 0)) return { addresses, links, refusal };
    const intent = { container, addresses, ports: add };
    const change = { network: bridge.intent, container: intent, add, remove: [] };
    this.#nat.of(backend).makeReady?.(change);
    return { addresses, links, refusal, ready: { change, claims: prepareClaims(this.#host, links, add) } };
  }

  /** Takes ports back; returns which. */
  unpublish(container: string, remove: Unwanted): Promise<readonly PortIntent[]> {
    return this.#submit({ container, prospect: undefined, add: [], remove });
  }

  /** A container is about to go: nothing is translated to it any more, and its ports are free. */
  async retire(container: string): Promise<void> {
    await exclusively(this.#host, async (lock) => {
      const { label } = await openBridge(this.#host, this.#network, this.#index);
      const port = await findPort(this.#host, this.#network, container);
      const intent = containerIntent(port);
      const backend = natOf(label);
      if (intent.ports.length === 0 || backend === false) return;
      await this.#book.open(lock);
      await this.#host.links.removeAltNames(port.index, intent.ports.map(portClaim));
      await this.#nat.of(backend).retire(intentOf(label), intent);
      // Nobody waits for it: whoever has the port next ends what still goes elsewhere.
      void this.#flows.end(flowsOfPorts(intent.addresses, intent.ports));
      for (const one of intent.ports) this.#book.remove({ network: this.#network, container, port: one });
      await this.#localRouting(intent.ports);
    });
  }

  /** The shell lines of a change, rules only: claims are netplumb's own. */
  async explain(
    container: string,
    add: readonly PortIntent[],
    remove: Unwanted | undefined,
  ): Promise<readonly string[]> {
    const { label } = await openBridge(this.#host, this.#network, this.#index);
    const standing = containerIntent(await findPort(this.#host, this.#network, container));
    const gone = remove === undefined ? [] : standing.ports.filter(remove);
    const ports = [...standing.ports.filter((port) => !gone.includes(port)), ...add];
    const change = { network: intentOf(label), container: { ...standing, ports }, add, remove: gone };
    const backend = natOf(label);
    return backend === false ? [] : explainChange(backend, change);
  }

  #submit(asked: Omit<Request, 'fulfil' | 'reject'>): Promise<readonly PortIntent[]> {
    return new Promise((fulfil, reject) => {
      this.#queue.push({ ...asked, fulfil, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    await undefined; // who asks in the same turn goes along
    while (this.#queue.length > 0) {
      const round = this.#queue.splice(0);
      try {
        const done = await exclusively(this.#host, (lock) => this.#round(round, lock));
        void this.#conclude(done); // without the lock, and the next round need not wait
      } catch (error) {
        for (const request of round) request.reject(error);
      }
    }
    this.#running = undefined;
  }

  /** Returns what was done; what failed is rejected. */
  async #round(round: readonly Request[], lock: HeldLock): Promise<readonly Accepted[]> {
    const undisturbed = await this.#book.open(lock);
    const { bridge, found } = (undisturbed && this.#remembered(round)) || (await this.#read(round));
    const backend = this.#nat.of(publishingBackend(bridge));
    const accepted: Accepted[] = [];
    const claimed = new Map<string, readonly PortIntent[]>();
    let addresses: ReadonlySet<string> | undefined;
    const hostAddresses = async () => {
      addresses ??= await ownAddresses(this.#host);
      return addresses;
    };
    for (const [i, request] of round.entries()) {
      try {
        const { links, intent } = (found[i] as (typeof found)[number])();
        const change = await this.#plan(
          bridge,
          intent,
          request,
          claimed.get(request.container),
          hostAddresses,
        );
        const claim = settled(this.#claim(links, change, request.prospect));
        if (!backend.inTurn) (await claim)();
        claimed.set(request.container, change.container.ports);
        accepted.push({ request, links, change, claim });
      } catch (error) {
        this.#refuse(request, error);
      }
    }
    if (accepted.length === 0) return [];
    await this.#localRouting(accepted.flatMap(({ change }) => [...change.add, ...change.remove]));
    const verdicts = await backend.change(accepted.map(({ change }) => change));
    return this.#settle(bridge, backend, await this.#claimed(backend, accepted, verdicts));
  }

  /** The bridge and the containers as nobody can have changed them since; undefined unless all that is asked for was attached just now. */
  #remembered(round: readonly Request[]): Ground | undefined {
    const bridge = this.#bridge;
    if (bridge === undefined) return undefined;
    const found: (() => Publishing)[] = [];
    for (const { container, prospect } of round) {
      if (prospect === undefined) return undefined;
      const { links, addresses } = prospect;
      const intent = { container, addresses, ports: this.#book.portsOf(this.#network, container) };
      found.push(() => ({ links, intent }));
    }
    return { bridge, found };
  }

  async #read(round: readonly Request[]): Promise<Ground> {
    const [bridge, ...found] = await Promise.all([
      openBridge(this.#host, this.#network, this.#index),
      ...round.map(({ container }) =>
        settled(findPort(this.#host, this.#network, container).then(publishing)),
      ),
    ]);
    this.#bridge = { ...bridge, intent: intentOf(bridge.label) };
    return { bridge: this.#bridge, found };
  }

  /** Rejects; but where what was attached just now has gone, or the bridge, what stands is to say so. */
  #refuse(request: Request, error: unknown): void {
    const unread = request.prospect !== undefined;
    if (unread && error instanceof NetlinkError && error.code === 'ENODEV')
      this.#queue.push({ ...request, prospect: undefined });
    else request.reject(error);
  }

  /** Those whose claims stand, with their verdicts. Of the others no rule may stay. */
  async #claimed(
    backend: NatBackend,
    accepted: readonly Accepted[],
    verdicts: readonly (Error | undefined)[],
  ): Promise<readonly Judged[]> {
    const standing: Judged[] = [];
    for (const [i, one] of accepted.entries()) {
      const verdict = verdicts[i];
      try {
        (await one.claim)();
        standing.push({ ...one, verdict });
      } catch (error) {
        const { network, container, add, remove } = one.change;
        if (verdict === undefined) await backend.change([{ network, container, add: remove, remove: add }]);
        this.#refuse(one.request, error);
      }
    }
    return standing;
  }

  /** What a request comes to, checked against what all have published, those before it in this round included. */
  async #plan(
    { intent: network }: KnownBridge,
    standing: ContainerIntent,
    request: Request,
    claimed: readonly PortIntent[] | undefined,
    hostAddresses: () => Promise<ReadonlySet<string>>,
  ): Promise<PortChange> {
    const before = claimed ?? standing.ports;
    const { container, prospect } = request;
    const remove = request.remove === undefined ? [] : before.filter(request.remove);
    if (request.remove !== undefined && remove.length === 0)
      throw new NetworkError('ENOPORT', `container ${container} has no such port published`);
    const publisher = { network: this.#network, container, addresses: standing.addresses };
    const add: PortIntent[] = [];
    try {
      for (const wanted of request.add) {
        const chosen = isFree(this.#book, publisher, wanted)
          ? wanted
          : await choosePort(this.#host, this.#book, publisher, wanted, hostAddresses);
        this.#book.add({ network: this.#network, container, port: chosen });
        add.push(chosen);
      }
      const refusal = prospect === undefined ? this.#listener(publisher, request.add) : prospect.refusal;
      if (refusal !== undefined) throw refusal;
      const ports = [...before.filter((one) => !remove.includes(one)), ...add];
      if (ports.length > mostPorts)
        throw new RangeError(`publish: a container has at most ${mostPorts} ports or ranges; take ranges`);
      const foreseen = prospect?.ready?.change;
      if (foreseen?.network === network && before.length === 0) return foreseen;
      return { network, container: { ...standing, ports }, add, remove };
    } catch (error) {
      this.#forget(container, add);
      throw error;
    }
  }

  /** Why the ports that are named cannot be had, where a process of the host has one. */
  #listener(publisher: Omit<Publisher, 'network'>, ports: readonly PortIntent[]): unknown {
    const named = ports.filter(({ hostPort }) => hostPort !== 0);
    if (named.length === 0) return undefined;
    try {
      refuseListened(this.#host, { ...publisher, network: this.#network }, named);
    } catch (error) {
      return error;
    }
    return undefined;
  }

  async #claim(links: Links, change: PortChange, prospect: Prospect | undefined): Promise<void> {
    const { add, remove, container } = change;
    try {
      if (remove.length > 0) await this.#host.links.removeAltNames(links.claims, remove.map(portClaim));
      if (add.length > 0) await claimingPlan(this.#host, links, change, prospect).run();
      this.#forget(container.container, remove);
    } catch (error) {
      this.#forget(container.container, add);
      throw error;
    }
  }

  async #settle(
    bridge: StandingBridge,
    backend: NatBackend,
    judged: readonly Judged[],
  ): Promise<readonly Accepted[]> {
    let failed = judged.filter(({ verdict }) => verdict !== undefined);
    // Refused, or nobody knows: others have taken away what the change relies on, or it stands already. The claims say what shall be.
    if (failed.some(({ verdict }) => isMendable(verdict))) {
      const mended = await this.#mend(bridge, backend.name);
      if (mended) failed = [];
    }
    for (const { request, links, change, verdict } of failed) {
      await this.#host.links.removeAltNames(links.claims, change.add.map(portClaim)).catch(() => undefined);
      this.#forget(request.container, change.add);
      request.reject(verdict);
    }
    return judged.filter((one) => !failed.includes(one));
  }

  /** Fulfils, once what was unpublished has ended, and what went elsewhere before comes to where it leads now. */
  async #conclude(done: readonly Accepted[]): Promise<void> {
    const changes = done.map(({ change }) => change);
    await this.#flows.end(
      changes.flatMap(({ container, remove }) => flowsOfPorts(container.addresses, remove)),
      changes.flatMap(({ add }) => add),
    );
    for (const { request, change } of done)
      request.fulfil(request.remove === undefined ? change.add : change.remove);
  }

  async #mend(bridge: StandingBridge, backend: BackendName): Promise<boolean> {
    try {
      await this.#nat.reconcile(backend, await wantedNat(this.#host, bridge));
      return true;
    } catch {
      return false; // the first failure is the one to tell
    }
  }

  #forget(container: string, ports: readonly PortIntent[]): void {
    for (const port of ports) this.#book.remove({ network: this.#network, container, port });
  }

  /**
   * A packet from 127.0.0.1 leaves by the bridge only where the bridge has route_localnet; as long as a port is published there, it has. What
   * a container could do with that is kept off by the network's chain for the host.
   */
  async #localRouting(changed: readonly PortIntent[]): Promise<void> {
    if (!changed.some(isLoopback)) return;
    const wanted = this.#book.some(this.#network, isLoopback) ? '1' : '0';
    const name = localRouting(this.#network);
    if ((await this.#host.sysctl.get(name)) !== wanted) await this.#host.sysctl.set(name, wanted);
  }
}

/** The setting of a network's bridge by which the host reaches ports on 127.0.0.1. */
export function localRouting(network: string): string {
  return `net/ipv4/conf/${network}/route_localnet`;
}

function publishingBackend({ label }: StandingBridge): BackendName {
  const { network } = label;
  const backend = natOf(label);
  if (backend === false) throw new NetworkError('ENONAT', `network ${network} has no NAT to publish with`);
  if (label.rules?.internal === true)
    throw new NetworkError('ENONAT', `network ${network} is internal: nothing of it can be published`);
  return backend;
}

/** What a backend says where a change does not fit what stands. */
const refusals: ReadonlySet<string> = new Set(['EIPTABLES', 'ENFTABLES']);

function isMendable(error: Error | undefined): boolean {
  return error instanceof NatError && (refusals.has(error.code) || error.applied === 'unknown');
}
