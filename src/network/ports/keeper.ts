// Publishing: claims first, for they say what shall stand; then the rules, in as few transactions as can be. Who asks while one round
// is under way waits for the next, and goes with all others that did. Must not know what a rule says.

import { NatError, NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import {
  type BackendName,
  type ContainerIntent,
  isLoopback,
  type NatBackend,
  type PortChange,
  type PortIntent,
} from '../../nat/index.js';
import { flowsOfPorts, type HostFlows } from '../host/flows.js';
import { setLocalRouting } from '../host/local-routing.js';
import { explainChange, type HostNat } from '../host/nat.js';
import { containerIntent, intentOf } from '../host/nat-intent.js';
import { ownAddresses } from '../host/own-addresses.js';
import { reconcileNat } from '../host/reconcile-nat.js';
import { exclusively, type HeldLock } from '../host-lock.js';
import { findPort } from '../removal/detach.js';
import { settled } from '../settled.js';
import { natOf, openBridge, type StandingBridge } from '../standing.js';
import { PortBook } from './book.js';
import { choosePort, isFree, type Publisher, refuseListened } from './choice.js';
import { isGone, PortClaims } from './claims.js';
import { type Ground, type KnownBridge, PortGround } from './ground.js';
import { closeLocalWay } from './local-way.js';
import { type Links, linksByClaims, type Prospect, prepareClaims } from './prospect.js';
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
  readonly #claims: PortClaims;
  readonly #ground: PortGround;
  /** Containers that ports were published for here, as far as nobody said that they are gone. */
  readonly #published = new Map<string, ContainerIntent>();
  readonly #queue: Request[] = [];
  #running: Promise<void> | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #nextRenewal: Promise<void> | undefined;

  constructor(host: Namespace, nat: HostNat, flows: HostFlows, bridge: StandingBridge) {
    this.#host = host;
    this.#nat = nat;
    this.#flows = flows;
    this.#network = bridge.label.network;
    this.#index = bridge.index;
    this.#book = new PortBook(host);
    this.#claims = new PortClaims(host, this.#network, this.#book);
    this.#ground = new PortGround(host, nat, bridge, this.#book);
    nat.stamped = (former, present) => this.#book.stamped(former, present);
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
    const { bridge } = this.#ground;
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

  /** A container is about to go: nothing is translated to it any more, and its ports are free. Where that fails, all is as it was. */
  async retire(container: string): Promise<void> {
    await exclusively(this.#host, async (lock) => {
      const { label } = await openBridge(this.#host, this.#network, this.#index);
      const port = await findPort(this.#host, this.#network, container);
      const intent = containerIntent(port);
      const backend = natOf(label);
      if (intent.ports.length === 0 || backend === false) return;
      if (!this.#book.open(lock)) await this.#book.reread();
      await this.#nat.of(backend).retire(intentOf(label), intent);
      await this.#claims.drop(port.index, container, intent.ports);
      this.#published.delete(container);
      // Nobody waits for it: whoever has the port next ends what still goes elsewhere.
      void this.#flows.end(flowsOfPorts(intent.addresses, intent.ports));
      if (intent.ports.some(isLoopback)) await closeLocalWay(this.#host, this.#network, this.#book);
    });
  }

  /** What was found; where there is no such container, it may have gone without a word, and its ports with it: then nothing leads there any more. */
  async orStrays<Found>(found: () => Found): Promise<Found> {
    try {
      return found();
    } catch (error) {
      // Where that fails too, it is still so that there is no such container.
      if (error instanceof NetworkError && error.code === 'ENOCONTAINER')
        await this.#renewed().catch(() => undefined);
      throw error;
    }
  }

  /**
   * Before an address is given again: where ports lead to one that no container has, its container went without a word, and they would lead to
   * whoever has it next.
   * @param standing addresses that containers have, without prefix
   */
  async leadNowhereBut(standing: readonly string[]): Promise<void> {
    if (this.#published.size === 0) return;
    const inUse = new Set(standing);
    const left = [...this.#published.values()].filter(
      ({ addresses }) => !addresses.every((one) => inUse.has(one)),
    );
    if (left.length === 0) return;
    await this.#renewed();
    for (const { container } of left) this.#published.delete(container);
  }

  /** Once for all who ask while one is under way. */
  #renewed(): Promise<void> {
    this.#nextRenewal ??= this.#renewal.then(() => {
      const renewal = exclusively(this.#host, (lock) => this.#renew(lock)).then((gone) =>
        this.#flows.end(gone.flatMap(({ addresses, ports }) => flowsOfPorts(addresses, ports))),
      );
      this.#nextRenewal = undefined;
      this.#renewal = renewal.catch(() => undefined);
      return renewal;
    });
    return this.#nextRenewal;
  }

  /** Returns those of whom nothing is published any more, so far not known to be gone. */
  async #renew(lock: HeldLock): Promise<readonly ContainerIntent[]> {
    await this.#ground.renew(lock);
    const gone = [...this.#published.values()].filter(
      ({ container }) => this.#book.portsOf(this.#network, container).length === 0,
    );
    for (const { container } of gone) this.#published.delete(container);
    return gone;
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
    const { bridge, found } = await this.#ground.of(round, lock);
    const backend = this.#nat.of(publishingBackend(bridge));
    const accepted = await this.#accept(round, found, bridge, backend);
    const verdicts = await backend.change(accepted.map(({ change }) => change));
    const done = await this.#settle(bridge, backend, await this.#claimed(backend, accepted, verdicts));
    for (const { change } of done) this.#remember(change.container);
    if (done.some(({ change }) => change.remove.some(isLoopback)))
      await closeLocalWay(this.#host, this.#network, this.#book);
    return done;
  }

  #remember(intent: ContainerIntent): void {
    if (intent.ports.length > 0) this.#published.set(intent.container, intent);
    else this.#published.delete(intent.container);
  }

  /** Those that can be had, claimed or with their claims under way. */
  async #accept(
    round: readonly Request[],
    found: Ground['found'],
    bridge: KnownBridge,
    backend: NatBackend,
  ): Promise<readonly Accepted[]> {
    const accepted: Accepted[] = [];
    const claimed = new Map<string, readonly PortIntent[]>();
    let addresses: ReadonlySet<string> | undefined;
    const hostAddresses = async () => {
      addresses ??= await ownAddresses(this.#host);
      return addresses;
    };
    for (const [i, request] of round.entries()) {
      const { container } = request;
      try {
        const { links, intent } = (found[i] as (typeof found)[number])();
        const change = await this.#plan(bridge, intent, request, claimed.get(container), hostAddresses);
        const claim = settled(this.#claims.claim(links, change, request.prospect));
        if (!backend.inTurn) (await claim)();
        claimed.set(container, change.container.ports);
        accepted.push({ request, links, change, claim });
      } catch (error) {
        await this.#refuse(request, error);
      }
    }
    return accepted;
  }

  /** Rejects; but where what was attached just now has gone, or the bridge, what stands is to say so. */
  async #refuse(request: Request, error: unknown): Promise<void> {
    if (request.prospect !== undefined && isGone(error)) {
      this.#queue.push({ ...request, prospect: undefined });
      return;
    }
    if (request.add.some(isLoopback)) await closeLocalWay(this.#host, this.#network, this.#book);
    request.reject(error);
  }

  /** Those whose claims stand, with their verdicts. The others' rules are as they were. */
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
        const back = isGone(error) ? [] : remove;
        const ports = [...container.ports.filter((port) => !add.includes(port)), ...back];
        const reverse = { network, container: { ...container, ports }, add: back, remove: add };
        if (verdict === undefined) {
          const [undone] = await backend.change([reverse]);
          if (undone !== undefined) this.#book.distrust(); // nobody knows what stands for sure
        }
        await this.#refuse(one.request, error);
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
    this.#claims.forget(container, remove);
    const chosen = new Map<PortIntent, PortIntent>();
    try {
      // Those that are named first: what is found for the others must not be one of them.
      const inOrder = [...request.add].sort((a, b) => Number(a.hostPort === 0) - Number(b.hostPort === 0));
      for (const wanted of inOrder) {
        const port = isFree(this.#book, publisher, wanted)
          ? wanted
          : await choosePort(this.#host, this.#book, publisher, wanted, hostAddresses);
        this.#claims.remember(container, [port]);
        chosen.set(wanted, port);
      }
      const refusal = prospect === undefined ? this.#listener(publisher, request.add) : prospect.refusal;
      if (refusal !== undefined) throw refusal;
      const add = request.add.map((wanted) => chosen.get(wanted) ?? wanted);
      const ports = [...before.filter((one) => !remove.includes(one)), ...add];
      if (ports.length > mostPorts)
        throw new RangeError(`publish: a container has at most ${mostPorts} ports or ranges; take ranges`);
      if (add.some(isLoopback)) await setLocalRouting(this.#host, this.#network, true);
      const foreseen = prospect?.ready?.change;
      if (foreseen?.network === network && before.length === 0) return foreseen;
      return { network, container: { ...standing, ports }, add, remove };
    } catch (error) {
      this.#claims.forget(container, [...chosen.values()]);
      this.#claims.remember(container, remove);
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
    if (failed.length > 0) this.#book.distrust(); // nobody knows what stands for sure
    // In reverse: who came later may have what one before gave up.
    for (const one of failed.toReversed()) {
      await this.#claims.takeBack(one.links, one.change);
      await this.#refuse(one.request, one.verdict);
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
      await this.#ground.removeStrays();
      await reconcileNat(this.#host, this.#nat, backend, bridge);
      return true;
    } catch {
      return false; // the first failure is the one to tell
    }
  }
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
