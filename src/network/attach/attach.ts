// The attach plan: everything a container needs, as one job that sends at most twice.
// Knows what goes into which send and why, and what a refused step means; which addresses and which namespace is attacher.ts's to say.

import { NetlinkError, NetworkError } from '../../errors.js';
import { Namespace, type NamespaceReference } from '../../namespace.js';
import {
  Plan,
  type PlannedNamespace,
  type PlannedVerbs,
  type PlanResult,
  type RunOptions,
} from '../../plan.js';
import type { LinkSet } from '../../rtnl/links.js';
import type { NamespaceTarget, PlannedLink } from '../../rtnl/references.js';
import type { EndpointInfo } from '../description.js';
import { Endpoint } from '../endpoint.js';
import { type Family, familyOf } from '../formats/address.js';
import { addressClaim, containerClaim } from '../formats/claims.js';
import { newHostLinkName } from '../formats/host-link.js';
import { encodeLabel, type HostLinkLabel, type PooledLabel } from '../formats/label.js';
import { deriveMac, linkLocalAddress } from '../formats/mac.js';
import type { AssignedAddress } from '../formats/network-addresses.js';
import type { ContainerRoute } from '../formats/network-settings.js';
import { deafness, quiet } from '../quiet.js';
import { type Buckets, lackingPolice, limitInside, limitOnHost } from './rate-limit.js';

/** An endpoint that nobody has yet: its `name` means nothing. */
export interface Plumbed {
  readonly endpoint: EndpointInfo;
  readonly namespace: Namespace;
}

/** What is decided of an attach. The MAC, the host link's name and the label follow from it when the steps are written. */
export interface EndpointPlan {
  readonly host: Namespace;
  /** Its index, or its name in an explanation. */
  readonly bridge: number | string;
  readonly network: string;
  readonly container: string;
  /** The pool in which it is to stand ready: then no container's name is claimed, and the namespace made has none. */
  readonly pool?: string;
  readonly interfaceName: string;
  /** Addresses come later, with the container, and whether any of IPv6 does; only in a pool. */
  readonly late?: { readonly wide: boolean };
  /** At least one, unless they come later. */
  readonly addresses: readonly AssignedAddress[];
  readonly mac?: string;
  readonly mtu?: number;
  /** Beside the default routes. */
  readonly routes: readonly ContainerRoute[];
  readonly isolated: boolean;
  readonly hairpin: boolean;
  readonly sysctls?: readonly (readonly [name: string, value: string])[];
  readonly limits?: Buckets;
  /** Brought by the caller, or found; absent: one named after the container is made. */
  readonly namespace?: NamespaceReference | Namespace;
  /** The families for which the namespace has a default route already. */
  readonly routed: readonly Family[];
}

/** What was written: where things stand in the plan, to tell a refused claim from another failure. */
interface Written {
  readonly port: PlannedLink;
  readonly endpoint: Omit<EndpointInfo, 'hostLinkIndex'>;
  readonly containerClaim: number;
  readonly addressClaims: ReadonlyMap<number, AssignedAddress>;
  readonly routes: ReadonlyMap<number, Family>;
}

/** One queue pair: a third off link creation on two cores, where the default is a pair per possible CPU. */
const oneQueue = { numTxQueues: 1, numRxQueues: 1 };

/** get_net_ns_id() and alloc_netid() of net/core/net_namespace.c: the lowest free number. */
const firstNetNsId = 0;

function placeOf(plan: Plan, { namespace, container, pool }: EndpointPlan): NamespaceTarget {
  if (namespace === undefined) return plan.createNamespace(pool === undefined ? container : undefined);
  return namespace instanceof Namespace ? namespace : plan.openNamespace(namespace);
}

function labelOf({
  network,
  container,
  pool,
  addresses,
  mac,
  interfaceName,
  namespace,
  late,
}: EndpointPlan): HostLinkLabel | PooledLabel {
  if (late !== undefined && pool !== undefined)
    return { kind: 'pooled', network, pool, addresses: [], interfaceName };
  const common = {
    network,
    addresses: addresses.map(({ address, prefix }) => `${address}/${prefix}`),
    mac: mac ?? deriveMac(network, addresses[0]?.address ?? ''),
    interfaceName,
  };
  if (pool !== undefined) return { kind: 'pooled', pool, ...common };
  return {
    kind: 'hostLink',
    container,
    ...common,
    namespace: namespace === undefined ? 'created' : 'brought',
  };
}

/** The plan, with all its steps. */
export function attachPlan(endpoint: EndpointPlan): Plan {
  const plan = new Plan();
  writeSteps(plan, placeOf(plan, endpoint), endpoint);
  return plan;
}

/** One try of an attach. */
export class AttachAttempt {
  readonly #plan: EndpointPlan;
  #written: Written | undefined;
  #namespace: Namespace | undefined;

  constructor(plan: EndpointPlan) {
    this.#plan = plan;
  }

  /** Runs it. The container's namespace is in the making while the rest is written, which takes a fraction of the time. */
  async run(options: RunOptions): Promise<Endpoint> {
    const plan = new Plan();
    const place = placeOf(plan, this.#plan);
    const write = () => {
      this.#written = writeSteps(plan, place, this.#plan);
    };
    return this.#made(await plan.runAhead([place, this.#plan.host], write, options), place);
  }

  /** As `run`, on the calling thread. */
  runSync(options: Omit<RunOptions, 'signal'>): Endpoint {
    const plan = new Plan();
    const place = placeOf(plan, this.#plan);
    this.#written = writeSteps(plan, place, this.#plan);
    return this.#made(plan.runSync(options), place);
  }

  /** The namespace made for a pool; whoever asks has to close it. */
  get namespace(): Namespace {
    if (this.#namespace === undefined) throw new TypeError('the endpoint was not made for a pool');
    return this.#namespace;
  }

  #made(result: PlanResult, place: NamespaceTarget): Endpoint {
    if (this.#plan.pool !== undefined) this.#namespace = result.namespace(place as PlannedNamespace);
    const { endpoint, port } = this.#written as Written;
    return new Endpoint(this.#plan.host, { ...endpoint, hostLinkIndex: result.link(port).index });
  }

  /** What the failure of `run` means to the one who attaches. */
  judge(error: unknown): AttachVerdict {
    return judge(error, this.#plan, this.#written);
  }
}

function writeSteps(plan: Plan, place: NamespaceTarget, endpoint: EndpointPlan): Written {
  const { host, network, container, interfaceName, mtu } = endpoint;
  const label = labelOf(endpoint);
  const hostLink = newHostLinkName();
  const size = mtu === undefined ? {} : { mtu };
  const silence = quiet();

  // First send, on the host. The name is random, so what follows the create in the same send finds our link or none.
  const onHost = plan.together(host).links;
  const port = onHost.add({
    kind: 'veth',
    name: hostLink,
    master: endpoint.bridge,
    up: true,
    ...oneQueue,
    ...size,
    // Born in its namespace: moving it there would wait for RCU, 16-32 ms.
    peer: { name: interfaceName, ...macOf(label), ...oneQueue, ...size, namespace: place },
  });
  // Both are ignored or refused inside a create.
  onHost.set(hostLink, { alias: encodeLabel(label), ...silence, ...portOptions(endpoint) });
  // One message each, so that the kernel's EEXIST says which of them is taken.
  const containerClaimStep = plan.size;
  if (endpoint.pool === undefined) onHost.addAltNames(hostLink, [containerClaim(network, container)]);
  const addressClaims = new Map<number, AssignedAddress>();
  for (const one of endpoint.addresses) {
    addressClaims.set(plan.size, one);
    onHost.addAltNames(hostLink, [addressClaim(network, one.address)]);
  }

  // Only once the link's index is known: a send of their own.
  if (endpoint.limits !== undefined) limitOnHost(plan.together(host), port, endpoint.limits);

  // Second send, in the container, whose settings come first: they say what its addresses will be like. Nothing here touches what stood there before, whatever fails.
  const inside = plan.together(place);
  const { links, sysctl } = inside;
  const wide = endpoint.late?.wide ?? isWide(endpoint);
  if (wide) sysctl.set(...deafness(interfaceName));
  for (const [name, value] of endpoint.sysctls ?? []) sysctl.set(name, value);
  links.set('lo', { up: true });
  // Before it is up, for its carrier comes at once and with it the address.
  if (silence.afSpec !== undefined) links.set(interfaceName, silence);
  if (endpoint.limits !== undefined) limitInside(inside, interfaceName, endpoint.limits);
  links.set(interfaceName, { up: true });
  const defaultRoutes = writeAddresses(plan, inside, endpoint, label);
  // The host end was opened first: until the kernel has noticed its carrier, the bridge drops what the container sends.
  // A namespace made just now calls its first neighbour, the host, 0, so that its own send can ask; others are asked on
  // the host, in a third send.
  const neighbour = endpoint.namespace === undefined ? firstNetNsId : undefined;
  for (const link of [port, endpoint.bridge]) {
    plan.settle(neighbour === undefined ? host : place, link, neighbour);
  }
  return {
    port,
    containerClaim: containerClaimStep,
    addressClaims,
    routes: defaultRoutes,
    endpoint: {
      name: container,
      network,
      addresses: label.addresses,
      mac: label.mac ?? '',
      interfaceName,
      hostLink,
    },
  };
}

/** Addresses and routes, in the container. Returns where the default routes stand. */
function writeAddresses(
  plan: Plan,
  { addresses, routes }: PlannedVerbs,
  endpoint: EndpointPlan,
  { mac }: HostLinkLabel | PooledLabel,
): ReadonlyMap<number, Family> {
  const { interfaceName } = endpoint;
  const defaultRoutes = new Map<number, Family>();
  if (mac === undefined) return defaultRoutes;
  // The kernel's own would wait for duplicates; without one, neighbours are not asked whether they are still there.
  if (isWide(endpoint))
    addresses.add({ link: interfaceName, address: linkLocalAddress(mac), flags: ['noDad'] });
  const routed = new Set(endpoint.routed);
  for (const { family, address, prefix } of endpoint.addresses) {
    const claimed = family === 6 ? ({ flags: ['noDad'] } as const) : {};
    addresses.add({ link: interfaceName, address: `${address}/${prefix}`, ...claimed });
  }
  for (const { family, gateway } of endpoint.addresses) {
    if (routed.has(family)) continue;
    routed.add(family);
    defaultRoutes.set(plan.size, family);
    routes.add({ destination: 'default', gateway, link: interfaceName });
  }
  for (const { destination, gateway = gatewayTo(destination, endpoint) } of endpoint.routes)
    routes.add({ destination, gateway, link: interfaceName });
  return defaultRoutes;
}

/**
 * What an attach does with addresses, for an endpoint of a pool that stands without: one send on the host, one in its namespace.
 * `claims` says at which step of the plan each address is claimed.
 */
export function addressingPlan(
  { endpoint: standing, namespace }: Plumbed,
  { late: _, ...plan }: EndpointPlan,
): { plan: Plan; claims: ReadonlyMap<number, AssignedAddress>; endpoint: EndpointInfo } {
  const steps = new Plan();
  const label = labelOf(plan);
  const onHost = steps.together(plan.host).links;
  const claims = new Map<number, AssignedAddress>();
  for (const one of plan.addresses) {
    claims.set(steps.size, one);
    onHost.addAltNames(standing.hostLinkIndex, [addressClaim(plan.network, one.address)]);
  }
  onHost.set(standing.hostLinkIndex, { alias: encodeLabel(label) });
  const inside = steps.together(namespace);
  inside.links.set(plan.interfaceName, macOf(label));
  writeAddresses(steps, inside, plan, label);
  const { addresses, mac = '' } = label;
  return { plan: steps, claims, endpoint: { ...standing, addresses, mac } };
}

function isWide({ addresses }: EndpointPlan): boolean {
  return addresses.some(({ family }) => family === 6);
}

function macOf({ mac }: HostLinkLabel | PooledLabel): { address?: string } {
  return mac === undefined ? {} : { address: mac };
}

/** What the port says beyond the bridge's defaults; ignored inside a create. */
function portOptions({ isolated, hairpin }: EndpointPlan): Partial<LinkSet> {
  if (!isolated && !hairpin) return {};
  return { portKind: 'bridge', portData: { ...(isolated && { isolated }), ...(hairpin && { hairpin }) } };
}

/** The network's own gateway of the destination's family; a container has an address of each. */
function gatewayTo(destination: string, { addresses }: EndpointPlan): string {
  const family = familyOf(destination);
  return addresses.find((one) => one.family === family)?.gateway ?? '';
}

/** What a failed attach means to the one who attaches. */
export type AttachVerdict =
  | { readonly kind: 'namespaceExists' }
  | { readonly kind: 'namespaceGone' }
  | { readonly kind: 'addressTaken'; readonly address: string }
  | { readonly kind: 'hasDefaultRoute'; readonly family: Family }
  /** The interface's name, in the container. The host link's is random. */
  | { readonly kind: 'nameExists' }
  /** Unless the bridge is there, and something else was wrong. */
  | { readonly kind: 'bridgeGone' }
  | { readonly kind: 'failed'; readonly error: unknown };

function judge(error: unknown, endpoint: EndpointPlan, written: Written | undefined): AttachVerdict {
  if (!(error instanceof NetlinkError)) return { kind: 'failed', error };
  const { code, operation, step } = error;
  // EINVAL: unmounted and not yet unlinked, it is an ordinary file.
  if (operation === 'namespace.open' && (code === 'ENOENT' || code === 'EINVAL'))
    return { kind: 'namespaceGone' };
  if (operation === 'namespace.create' && code === 'EEXIST') return { kind: 'namespaceExists' };
  const unsupported = lackingPolice(error);
  if (unsupported !== undefined) return { kind: 'failed', error: unsupported };
  if (step === undefined || written === undefined) return { kind: 'failed', error };
  if (step === written.port.step) {
    if (code === 'EXFULL') return { kind: 'failed', error: bridgeFull(endpoint, error) };
    if (code === 'EINVAL' || code === 'ENODEV') return { kind: 'bridgeGone' };
  }
  if (code !== 'EEXIST') return { kind: 'failed', error };
  if (step === written.port.step) return { kind: 'nameExists' };
  if (step === written.containerClaim && endpoint.pool === undefined)
    return { kind: 'failed', error: containerTaken(endpoint, error) };
  const address = written.addressClaims.get(step)?.address;
  if (address !== undefined) return { kind: 'addressTaken', address };
  const family = written.routes.get(step);
  if (family !== undefined) return { kind: 'hasDefaultRoute', family };
  return { kind: 'failed', error };
}

function bridgeFull({ network }: EndpointPlan, cause: unknown): NetworkError {
  const message = `bridge ${network} is full: a bridge takes 1,023 ports`;
  return new NetworkError('EBRIDGEFULL', message, { cause });
}

export function containerTaken(
  { container, network }: Pick<EndpointPlan, 'container' | 'network'>,
  cause?: unknown,
): NetworkError {
  return new NetworkError(
    'ECONTAINERTAKEN',
    `container ${container} is attached to network ${network} already`,
    { cause },
  );
}
