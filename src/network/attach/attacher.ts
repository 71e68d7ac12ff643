// Attaching containers to one network: which addresses, which namespace, and what to try when somebody was faster.
// The plan of one try is attach.ts's.

import { setTimeout as sleep } from 'node:timers/promises';
import { NetlinkError, NetworkError } from '../../errors.js';
import { Namespace } from '../../namespace.js';
import type { Endpoint } from '../endpoint.js';
import { type Family, withoutPrefix } from '../formats/address.js';
import { containerClaim } from '../formats/claims.js';
import type { BridgeLabel, HostLinkLabel } from '../formats/label.js';
import { type AssignedAddress, NetworkAddresses, type NetworkSubnet } from '../formats/network-addresses.js';
import { type NetworkSettings, plainSettings } from '../formats/network-settings.js';
import { exclusively, isHeldElsewhere, lockedError, sharedLock, whenUnlocked } from '../host-lock.js';
import type { AttachRequest } from '../options.js';
import { hasIpv6 } from '../quiet.js';
import { findPort, removePort } from '../removal/detach.js';
import { leadsToNamespace } from '../removal/made-namespaces.js';
import { findLink, listEndpoints, openBridge, type StandingBridge, subnetsOf } from '../standing.js';
import { AttachAttempt, containerTaken } from './attach.js';
import { addressingPlan, attachPlan, type EndpointPlan, type Plumbed } from './attach-plan.js';
import { removeLeftOver } from './left-over.js';
import { AttachShapes } from './shapes.js';
import { addressesIn, type Listed, SharedAddresses } from './shared-addresses.js';

/** How often an attach, with growing pauses, joins or makes a namespace whose name others give and take away meanwhile. */
const mostTries = 100;

/** An endpoint for a pool, as asked for. */
export interface PoolRequest extends AttachRequest {
  readonly pool: string;
  /** Addresses come later, with the container; whether any of IPv6 does. */
  readonly late?: { readonly wide: boolean };
}

/** The containers of one network, from this process' side: it remembers which addresses are taken, and the kernel decides. */
export class Attacher {
  readonly subnets: readonly NetworkSubnet[];
  readonly #host: Namespace;
  readonly #bridge: StandingBridge;
  readonly #settings: NetworkSettings;
  readonly #lock: ReturnType<typeof sharedLock>;
  /** What all plans have in common; made once, for what comes before a namespace is begun is added to every attach. */
  readonly #common: Common;
  readonly #reap: () => Promise<void>;
  readonly #addresses: SharedAddresses;
  readonly #shapes = new AttachShapes();

  /**
   * @param reap removes the links of what this environment detached before
   * @param listed hears which addresses stand, before one that was another's is given away
   */
  constructor(
    host: Namespace,
    bridge: StandingBridge,
    taken: Iterable<string>,
    reap: () => Promise<void>,
    listed: Listed,
  ) {
    this.#host = host;
    this.#reap = reap;
    this.#bridge = bridge;
    this.subnets = subnetsOf(bridge.label);
    this.#settings = bridge.label.settings ?? plainSettings;
    this.#lock = sharedLock(host);
    const { network } = bridge.label;
    this.#common = { ...planDefaults(bridge.label), host, bridge: bridge.index, network };
    this.#addresses = new SharedAddresses(host, bridge, this.subnets, { taken, ...this.#settings }, listed);
    this.#rehearse();
  }

  // What most attaches are like is written once to no end: the first of them need not wait for its shape, nor for the engine to compile all
  // that writes it.
  #rehearse(): void {
    const plain = { container: 'c', interfaceName: 'eth0', addresses: [], routes: [] };
    const plan = this.#plan(plain, () => this.#addresses.likely);
    try {
      new AttachAttempt(plan, this.#shapes).write();
    } catch {
      // What is wrong is said to who attaches.
    }
  }

  /** @param meanwhile called once the kernel is at work, with the addresses, without prefix, that it is to have; again where others had one */
  attach(request: AttachRequest, meanwhile?: (addresses: readonly string[]) => void): Promise<Endpoint> {
    return this.#make(request, (endpoint) => endpoint, meanwhile);
  }

  /** Plumbs an endpoint for a pool. The caller closes its namespace. */
  plumb(request: PoolRequest): Promise<Plumbed> {
    return this.#make(request, (endpoint, { namespace }) => ({ endpoint, namespace }));
  }

  /** As `plumb`, on the calling thread; waits for nobody. @throws {NetworkError} ELOCKED while a network is being changed */
  plumbSync(request: PoolRequest): Plumbed {
    const { addresses: wanted } = request;
    let addresses = request.late ? [] : this.#addresses.freeSync(wanted);
    for (;;) {
      const chosen = addresses;
      const attempt = new AttachAttempt(
        this.#plan(request, () => chosen),
        this.#shapes,
      );
      try {
        const endpoint = attempt.runSync({ lock: this.#lock });
        return { endpoint, namespace: attempt.namespace };
      } catch (error) {
        const verdict = attempt.judge(error);
        if (verdict.kind === 'settingsReadOnly') {
          this.#common.deaf = false;
          continue;
        }
        if (verdict.kind === 'addressTaken') {
          addresses = this.#addresses.othersSync({ taken: verdict.address, chosen, wanted, cause: error });
          continue;
        }
        this.#release(chosen);
        if (isHeldElsewhere(error)) throw lockedError(this.#host, error);
        if (verdict.kind === 'bridgeGone') {
          const message = `network ${this.#bridge.label.network} has gone`;
          throw new NetworkError('ENONETWORK', message, { cause: error });
        }
        throw verdict.kind === 'failed' ? verdict.error : error;
      }
    }
  }

  /** Gives addresses to an endpoint that was plumbed without. Where that fails it is fit for nobody. */
  async address(plumbed: Plumbed, request: PoolRequest): Promise<Plumbed> {
    const { addresses: wanted } = request;
    let assigned = await this.#addresses.free(wanted);
    for (;;) {
      const { plan, addressed, takenOf } = this.#addressing(plumbed, request, assigned);
      try {
        await whenUnlocked(this.#host, () => plan.run({ lock: this.#lock }));
        return addressed;
      } catch (error) {
        const taken = takenOf(error);
        assigned = await this.#addresses.others({ taken, chosen: assigned, wanted, cause: error });
      }
    }
  }

  /** As `address`, on the calling thread. @throws {NetworkError} ELOCKED besides */
  addressSync(plumbed: Plumbed, request: PoolRequest): Plumbed {
    const { addresses: wanted } = request;
    let assigned = this.#addresses.freeSync(wanted);
    for (;;) {
      const { plan, addressed, takenOf } = this.#addressing(plumbed, request, assigned);
      try {
        plan.runSync({ lock: this.#lock });
        return addressed;
      } catch (error) {
        const taken = takenOf(error);
        assigned = this.#addresses.othersSync({ taken, chosen: assigned, wanted, cause: error });
      }
    }
  }

  #addressing(plumbed: Plumbed, request: PoolRequest, assigned: readonly AssignedAddress[]) {
    const { plan, claims, endpoint } = addressingPlan(
      plumbed,
      this.#plan(request, () => assigned),
    );
    // The address that others may do for; throws for any other failure.
    const takenOf = (error: unknown): string => {
      const refused = error instanceof NetlinkError && error.code === 'EEXIST';
      const taken = refused ? claims.get(error.step ?? -1) : undefined;
      if (taken !== undefined) return taken.address;
      this.#release(assigned);
      throw isHeldElsewhere(error) ? lockedError(this.#host, error) : error;
    };
    return { plan, addressed: { ...plumbed, endpoint }, takenOf };
  }

  async #make<Result>(
    request: AttachRequest & Partial<PoolRequest>,
    give: (endpoint: Endpoint, attempt: AttachAttempt) => Result,
    meanwhile?: (addresses: readonly string[]) => void,
  ): Promise<Result> {
    const { signal } = request;
    const options = signal === undefined ? { lock: this.#lock } : { lock: this.#lock, signal };
    // What may be refused is refused before anything is begun.
    const none = request.late === undefined ? undefined : [];
    const early = this.#addresses.seemsTaken(request.addresses) && !none;
    const chosen = early ? await this.#addresses.free(request.addresses) : none;
    let endpoint = this.#plan(request, () => chosen ?? this.#addresses.take(request.addresses));
    try {
      for (let tries = 1; ; tries++) {
        const attempt = new AttachAttempt(endpoint, this.#shapes);
        try {
          const running = whenUnlocked(this.#host, () => attempt.run(options), signal);
          meanwhile?.(endpoint.addresses.map(({ address }) => address));
          const made = await running;
          if (!this.#mayLackItsName(endpoint, request) || (await this.#hasItsName(endpoint)))
            return give(made, attempt);
          endpoint = changed(endpoint, { namespace: undefined });
        } catch (error) {
          endpoint = await this.#next(error, attempt, endpoint, request, tries);
        }
      }
    } catch (error) {
      // Ours, they are free again; what somebody else took stays marked.
      const code = error instanceof NetworkError ? error.code : undefined;
      if (code !== 'EADDRTAKEN' && code !== 'ESUBNETFULL') this.#release(endpoint.addresses);
      throw error;
    }
  }

  /** The shell lines of attaches, one after the other, with the addresses that are free now. */
  async explain(requests: readonly AttachRequest[]): Promise<readonly string[]> {
    const { label, index } = this.#bridge;
    await openBridge(this.#host, label.network, index);
    const standing = await listEndpoints(this.#host, this.#bridge);
    for (const request of requests)
      if (standing.ports.some((port) => port.label.container === request.container))
        throw containerTaken({ ...request, network: label.network });
    const taken = addressesIn(standing);
    const addresses = new NetworkAddresses(this.subnets, { taken, ...this.#settings });
    return explainAttaches(requests, addresses, (request, assigned) => this.#plan(request, () => assigned));
  }

  /** A container is gone: its addresses are given again after all others. */
  release({ addresses }: Pick<HostLinkLabel, 'addresses'>): void {
    this.#addresses.release(addresses.map(withoutPrefix));
  }

  #release(addresses: readonly AssignedAddress[]): void {
    this.#addresses.release(addresses.map(({ address }) => address));
  }

  // What to try after a failure, or the error to reject with.
  async #next(
    error: unknown,
    attempt: AttachAttempt,
    endpoint: EndpointPlan,
    request: AttachRequest,
    tries: number,
  ): Promise<EndpointPlan> {
    const verdict = attempt.judge(error);
    const { network, container, interfaceName } = endpoint;
    switch (verdict.kind) {
      case 'namespaceExists':
        return changed(endpoint, { namespace: container });
      case 'namespaceGone':
        return this.#afterDetach(error, endpoint, request, tries);
      case 'hasDefaultRoute':
        if (endpoint.namespace === undefined) throw error;
        return changed(endpoint, { routed: [...endpoint.routed, verdict.family] });
      case 'addressTaken':
        return changed(endpoint, {
          addresses: await this.#addresses.others({
            taken: verdict.address,
            chosen: endpoint.addresses,
            wanted: request.addresses,
            cause: error,
          }),
        });
      case 'settingsReadOnly':
        this.#common.deaf = false;
        return changed(endpoint, { deaf: false });
      case 'bridgeGone':
        // The try made the lock's file, which goes with the last network.
        await exclusively(this.#host, () => openBridge(this.#host, network, this.#bridge.index));
        throw error;
      case 'nameExists': {
        if (endpoint.namespace !== undefined && tries <= 2) {
          // A container that was detached from this namespace, by whichever process, may have its link yet.
          await this.#reap();
          await removeLeftOver(this.#host, endpoint.namespace, interfaceName);
          return endpoint;
        }
        if ((await findLink(this.#host, containerClaim(network, container))) !== undefined)
          throw containerTaken(endpoint, error);
        const message = `container ${container} has an interface ${interfaceName} already`;
        const taken = new NetworkError('EINTERFACETAKEN', message, { cause: error });
        return this.#afterDetach(taken, endpoint, request, tries);
      }
      default:
        throw verdict.error;
    }
  }

  // The container's namespace, or a link in it, was there a moment ago: somebody is detaching that container.
  async #afterDetach(
    error: unknown,
    endpoint: EndpointPlan,
    request: AttachRequest,
    tries: number,
  ): Promise<EndpointPlan> {
    const found = endpoint.namespace !== undefined && request.namespace === undefined;
    if (!found || tries > mostTries) throw error;
    await sleep(Math.min(tries, 20));
    return changed(endpoint, { namespace: undefined });
  }

  #mayLackItsName({ namespace }: EndpointPlan, request: AttachRequest): boolean {
    return namespace !== undefined && request.namespace === undefined;
  }

  // A namespace found by the container's name may have lost it to a detach while the pair was made. A detach gives up the name
  // before the claims, so what is seen here is final.
  async #hasItsName({ network, container }: EndpointPlan): Promise<boolean> {
    if (leadsToNamespace(container)) return true;
    const port = await findPort(this.#host, network, container);
    await whenUnlocked(this.#host, () => removePort(this.#host, port, this.#lock));
    return false;
  }

  #plan(
    request: AttachRequest & Partial<PoolRequest>,
    choose: () => readonly AssignedAddress[],
  ): EndpointPlan {
    return new NetworkEndpoint(this.#common, request, choose);
  }
}

type Common = ReturnType<typeof planDefaults> & Pick<EndpointPlan, 'host' | 'bridge' | 'network'>;

/** What is decided of one attach. Its addresses are chosen when they are first asked for: by then the namespace is in the making. */
class NetworkEndpoint implements EndpointPlan {
  readonly host: Namespace;
  readonly bridge: EndpointPlan['bridge'];
  readonly network: string;
  readonly container: string;
  readonly pool: string | undefined;
  readonly interfaceName: string;
  readonly late: EndpointPlan['late'];
  readonly mac: string | undefined;
  readonly mtu: number | undefined;
  readonly routes: EndpointPlan['routes'];
  readonly isolated: boolean;
  readonly hairpin: boolean;
  readonly deaf: boolean;
  readonly sysctls: EndpointPlan['sysctls'];
  readonly limits: EndpointPlan['limits'];
  readonly namespace: EndpointPlan['namespace'];
  readonly routed: readonly Family[];
  readonly #choose: () => readonly AssignedAddress[];
  #chosen: readonly AssignedAddress[] | undefined;

  constructor(
    common: Common,
    request: AttachRequest & Partial<PoolRequest>,
    choose: () => readonly AssignedAddress[],
  ) {
    this.host = common.host;
    this.bridge = common.bridge;
    this.network = common.network;
    this.container = request.container;
    this.pool = request.pool;
    this.interfaceName = request.interfaceName;
    this.late = request.late;
    this.mac = request.mac;
    this.mtu = request.mtu ?? common.mtu;
    this.routes = request.routes.length === 0 ? common.routes : [...common.routes, ...request.routes];
    this.isolated = request.isolated ?? common.isolated;
    this.hairpin = request.hairpin ?? common.hairpin;
    this.deaf = common.deaf;
    this.sysctls = request.sysctls;
    this.limits = request.limits;
    this.namespace = request.namespace;
    this.routed = common.routed;
    this.#choose = choose;
  }

  get addresses(): readonly AssignedAddress[] {
    this.#chosen ??= this.#choose();
    return this.#chosen;
  }
}

/** The same but for what is changed, with the addresses that it has. */
function changed(endpoint: EndpointPlan, change: Partial<EndpointPlan>): EndpointPlan {
  return { ...endpoint, addresses: endpoint.addresses, ...change };
}

/** What a network says of each of its containers, unless the container does. */
export function planDefaults({ settings = plainSettings, rules }: Pick<BridgeLabel, 'settings' | 'rules'>) {
  const { mtu, routes, isolated, hairpin } = settings;
  // As if it had them, for it must not get them.
  const routed: readonly Family[] = rules?.internal === true ? [4, 6] : [];
  return { ...(mtu !== undefined && { mtu }), routes, isolated, hairpin, deaf: hasIpv6(), routed };
}

/** The shell lines of attaches that were not done: a namespace that is there by a container's name would be joined. */
export async function explainAttaches(
  requests: readonly AttachRequest[],
  addresses: NetworkAddresses,
  plan: (request: AttachRequest, assigned: readonly AssignedAddress[]) => EndpointPlan,
): Promise<readonly string[]> {
  const names = new Set((await Namespace.list()).map(({ name }) => name));
  return requests.flatMap((request) => {
    const endpoint = plan(request, addresses.take(request.addresses));
    const found = endpoint.namespace === undefined && names.has(request.container);
    const whole = changed(endpoint, {
      bridge: endpoint.network,
      ...(found && { namespace: request.container }),
    });
    return attachPlan(whole).explain(endpoint.host);
  });
}
