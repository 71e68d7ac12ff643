// Attaching containers to one network: which address, which namespace, and what to try when somebody was faster.
// The plan of one try is attach.ts's.

import { NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { type AttachSteps, attachPlan, containerTaken, type EndpointPlan, judge } from './attach.js';
import type { EndpointInfo } from './description.js';
import { AddressAllocator } from './formats/allocator.js';
import { containerClaim } from './formats/claims.js';
import { newHostLinkName } from './formats/host-link.js';
import type { HostLinkLabel } from './formats/label.js';
import { deriveMac } from './formats/mac.js';
import { parseSubnet, type Subnet } from './formats/subnet.js';
import { sharedLock, whenUnlocked } from './host-lock.js';
import type { AttachRequest } from './options.js';
import { findLink, listPorts, type StandingBridge } from './standing.js';

/** An attached container. */
export interface Endpoint extends EndpointInfo {
  /** The network's name. */
  readonly network: string;
  /** Of the container's end. */
  readonly interfaceName: string;
}

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
    let endpoint = this.#endpoint(request, await this.#freeAddress(request.address));
    try {
      for (;;) {
        const { plan, steps } = attachPlan(endpoint);
        try {
          const options = { lock: sharedLock(this.#host), ...(signal && { signal }) };
          await whenUnlocked(this.#host, () => plan.run(options));
          return describe(endpoint);
        } catch (error) {
          endpoint = await this.#next(error, steps, endpoint, request);
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
    const endpoint = this.#endpoint(request, addresses.take(request.address));
    return attachPlan({ ...endpoint, bridge: this.#bridge.label.network }).plan.explain(this.#host);
  }

  /** A container is gone: its addresses are given again after all others. */
  release({ addresses }: HostLinkLabel): void {
    for (const text of addresses) this.#addresses.release(withoutPrefix(text));
  }

  // What to try after a failure, or the error to reject with.
  async #next(
    error: unknown,
    steps: AttachSteps,
    endpoint: EndpointPlan,
    request: AttachRequest,
  ): Promise<EndpointPlan> {
    const verdict = judge(error, steps, endpoint);
    const { label } = endpoint;
    switch (verdict.kind) {
      case 'namespaceExists':
        return { ...endpoint, namespace: label.container, label: { ...label, namespace: 'brought' } };
      case 'hasDefaultRoute':
        if (endpoint.namespace === undefined) throw error;
        return { ...endpoint, defaultRoute: false };
      case 'addressTaken':
        if (request.address !== undefined) {
          throw new NetworkError('EADDRTAKEN', `address ${request.address} is taken`, { cause: error });
        }
        return withAddressOf(this.#endpoint(request, await this.#freeAddress()), endpoint);
      case 'nameExists':
        if ((await findLink(this.#host, containerClaim(label.network, label.container))) === undefined)
          throw error;
        throw containerTaken(label, error);
      default:
        throw verdict.error;
    }
  }

  // When it seems taken, or none seems left, the kernel knows what other processes have released meanwhile.
  async #freeAddress(wanted?: string): Promise<string> {
    const seemsTaken = wanted === undefined ? this.#addresses.full : this.#addresses.isTaken(wanted);
    if (seemsTaken) this.#addresses.resync(await takenAddresses(this.#host, this.#bridge));
    return this.#addresses.take(wanted);
  }

  #endpoint({ container, interfaceName, namespace, mac, mtu }: AttachRequest, address: string): EndpointPlan {
    const { network } = this.#bridge.label;
    const label: HostLinkLabel = {
      kind: 'hostLink',
      network,
      container,
      addresses: [`${address}/${this.subnet.prefix}`],
      mac: mac ?? deriveMac(network, address),
      interfaceName,
      namespace: namespace === undefined ? 'created' : 'brought',
    };
    return {
      host: this.#host,
      bridge: this.#bridge.index,
      hostLink: newHostLinkName(),
      label,
      address,
      gateway: this.gateway,
      defaultRoute: true,
      ...(mtu === undefined ? {} : { mtu }),
      ...(namespace === undefined ? {} : { namespace }),
    };
  }
}

// Another address for what a try has found out of the namespace.
function withAddressOf(fresh: EndpointPlan, { namespace, label, defaultRoute }: EndpointPlan): EndpointPlan {
  return {
    ...fresh,
    ...(namespace === undefined ? {} : { namespace }),
    label: { ...fresh.label, namespace: label.namespace },
    defaultRoute,
  };
}

/** The addresses of a network's containers, as the kernel has them. */
export async function takenAddresses(host: Namespace, bridge: StandingBridge): Promise<readonly string[]> {
  const ports = await listPorts(host, bridge);
  return ports.flatMap(({ label }) => label.addresses.map(withoutPrefix));
}

function withoutPrefix(text: string): string {
  return text.slice(0, text.indexOf('/'));
}

function describe({ label, hostLink }: EndpointPlan): Endpoint {
  const { container, addresses, mac, interfaceName, network } = label;
  return { name: container, addresses, mac, hostLink, interfaceName, network };
}
