// Attaching containers to one network: which address, which namespace, and what to try when somebody was faster.
// The plan of one try is attach.ts's.

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { attachPlan, containerTaken, type EndpointPlan, judge, runAttach } from './attach.js';
import type { Endpoint } from './description.js';
import { AddressAllocator } from './formats/allocator.js';
import { containerClaim } from './formats/claims.js';
import type { HostLinkLabel } from './formats/label.js';
import { parseSubnet, type Subnet } from './formats/subnet.js';
import { sharedLock, whenUnlocked } from './host-lock.js';
import type { AttachRequest } from './options.js';
import { findPort, removePort } from './removal.js';
import { findLink, listEndpoints, type StandingBridge } from './standing.js';

/** How often an attach, with growing pauses, joins or makes a namespace whose name others give and take away meanwhile. */
const mostTries = 10;

/** The containers of one network, from this process' side: it remembers which addresses are taken, and the kernel decides. */
export class Attacher {
  readonly subnet: Subnet;
  readonly gateway: string;
  readonly #host: Namespace;
  readonly #bridge: StandingBridge;
  readonly #addresses: AddressAllocator;

  constructor(host: Namespace, bridge: StandingBridge, taken: Iterable<string>) {
    this.#host = host;
    this.#bridge = bridge;
    this.subnet = parseSubnet(bridge.label.subnets[0]);
    this.gateway = bridge.label.gateways[0] ?? '';
    this.#addresses = new AddressAllocator(this.subnet, { taken, exclude: bridge.label.gateways });
  }

  async attach(request: AttachRequest): Promise<Endpoint> {
    const { signal } = request;
    const options = { lock: sharedLock(this.#host), ...(signal && { signal }) };
    let endpoint = this.#plan(request, await this.#freeAddress(request.address));
    try {
      for (let tries = 1; ; tries++) {
        try {
          const current = endpoint;
          const made = await whenUnlocked(this.#host, () => runAttach(current, options));
          if (await this.#hasItsName(endpoint, request)) return made;
          endpoint = withoutNamespace(endpoint);
        } catch (error) {
          endpoint = await this.#next(error, endpoint, request, tries);
        }
      }
    } catch (error) {
      // Ours, it is free again; taken by somebody else it stays marked.
      const code = error instanceof NetworkError ? error.code : undefined;
      if (code !== 'EADDRTAKEN' && code !== 'ESUBNETFULL') this.#addresses.release(endpoint.address);
      throw error;
    }
  }

  /** The shell lines of an attach, with the address that is free now. */
  async explain(request: AttachRequest): Promise<readonly string[]> {
    const taken = await takenAddresses(this.#host, this.#bridge);
    const addresses = new AddressAllocator(this.subnet, { taken, exclude: [this.gateway] });
    const endpoint = this.#plan(request, addresses.take(request.address));
    return attachPlan({ ...endpoint, bridge: endpoint.network }).explain(this.#host);
  }

  /** A container is gone: its addresses are given again after all others. */
  release({ addresses }: HostLinkLabel): void {
    for (const text of addresses) this.#addresses.release(withoutPrefix(text));
  }

  // What to try after a failure, or the error to reject with.
  async #next(
    error: unknown,
    endpoint: EndpointPlan,
    request: AttachRequest,
    tries: number,
  ): Promise<EndpointPlan> {
    const verdict = judge(error, endpoint);
    const { network, container } = endpoint;
    switch (verdict.kind) {
      case 'namespaceExists':
        return { ...endpoint, namespace: container };
      case 'namespaceGone':
        return this.#afterDetach(error, endpoint, request, tries);
      case 'hasDefaultRoute':
        if (endpoint.namespace === undefined) throw error;
        return { ...endpoint, defaultRoute: false };
      case 'addressTaken':
        if (request.address !== undefined) {
          throw new NetworkError('EADDRTAKEN', `address ${request.address} is taken`, { cause: error });
        }
        return { ...endpoint, address: await this.#freeAddress() };
      case 'nameExists':
        if ((await findLink(this.#host, containerClaim(network, container))) === undefined)
          return this.#afterDetach(error, endpoint, request, tries);
        throw containerTaken(endpoint, error);
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
    await sleep(tries);
    return withoutNamespace(endpoint);
  }

  // A namespace found by the container's name may have lost it to a detach while the pair was made. A detach gives up the name
  // before the claims, so what is seen here is final.
  async #hasItsName(
    { namespace, network, container }: EndpointPlan,
    request: AttachRequest,
  ): Promise<boolean> {
    const found = namespace !== undefined && request.namespace === undefined;
    if (!found || existsSync(`/run/netns/${container}`)) return true;
    const port = await findPort(this.#host, network, container);
    await whenUnlocked(this.#host, () => removePort(this.#host, port, sharedLock(this.#host)));
    return false;
  }

  // When it seems taken, or none seems left, the kernel knows what other processes have released meanwhile.
  async #freeAddress(wanted?: string): Promise<string> {
    const seemsTaken = wanted === undefined ? this.#addresses.full : this.#addresses.isTaken(wanted);
    if (seemsTaken) this.#addresses.resync(await takenAddresses(this.#host, this.#bridge));
    return this.#addresses.take(wanted);
  }

  #plan({ signal: _, address: _wanted, ...request }: AttachRequest, address: string): EndpointPlan {
    return {
      ...request,
      host: this.#host,
      bridge: this.#bridge.index,
      network: this.#bridge.label.network,
      address,
      prefix: this.subnet.prefix,
      gateway: this.gateway,
      defaultRoute: true,
    };
  }
}

function withoutNamespace({ namespace: _, ...rest }: EndpointPlan): EndpointPlan {
  return rest;
}

/** The addresses of a network's containers, as the kernel has them. */
export async function takenAddresses(host: Namespace, bridge: StandingBridge): Promise<readonly string[]> {
  const { ports, pooled } = await listEndpoints(host, bridge);
  return [...ports, ...pooled].flatMap(({ label }) => label.addresses.map(withoutPrefix));
}

function withoutPrefix(text: string): string {
  return text.slice(0, text.indexOf('/'));
}
