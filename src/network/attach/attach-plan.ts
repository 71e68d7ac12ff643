// The attach plan: everything a container needs, as one job that sends at most twice.
// Knows what goes into which send and why; which addresses and which namespace is attacher.ts's to say.

import { NetworkError } from '../../errors.js';
import { Namespace, type NamespaceReference } from '../../namespace.js';
import { Plan, type PlannedVerbs } from '../../plan.js';
import type { LinkSet } from '../../rtnl/links.js';
import type { NamespaceTarget, PlannedLink } from '../../rtnl/references.js';
import type { EndpointInfo } from '../description.js';
import { type Family, familyOf, withoutPrefix } from '../formats/address.js';
import { addressClaim, containerClaim } from '../formats/claims.js';
import { newHostLinkName } from '../formats/host-link.js';
import { encodeLabel, type HostLinkLabel, type PooledLabel } from '../formats/label.js';
import { deriveMac, linkLocalAddress } from '../formats/mac.js';
import type { AssignedAddress } from '../formats/network-addresses.js';
import type { ContainerRoute } from '../formats/network-settings.js';
import { carriesIpv6, deafness, quiet } from '../quiet.js';
import { type Buckets, limitInside, limitOnHost } from './rate-limit.js';

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
  readonly pool?: string | undefined;
  readonly interfaceName: string;
  /** Addresses come later, with the container, and whether any of IPv6 does; only in a pool. */
  readonly late?: { readonly wide: boolean } | undefined;
  /** At least one, unless they come later. */
  readonly addresses: readonly AssignedAddress[];
  readonly mac?: string | undefined;
  readonly mtu?: number | undefined;
  /** Beside the default routes. */
  readonly routes: readonly ContainerRoute[];
  readonly isolated: boolean;
  readonly hairpin: boolean;
  /** Takes no router advertisements, whatever its addresses are; false where settings cannot be written. */
  readonly deaf: boolean;
  readonly sysctls?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly limits?: Buckets | undefined;
  /** Brought by the caller, or found; absent: one named after the container is made. */
  readonly namespace?: NamespaceReference | Namespace | undefined;
  /** The families for which the namespace has a default route already. */
  readonly routed: readonly Family[];
}

/** The texts in which it differs from another attach of the same shape. */
export interface AttachTexts {
  readonly hostLink: string;
  readonly label: string;
  /** Unused where no address is given yet. */
  readonly mac: string;
  /** The link-local address that follows from the MAC. */
  readonly linkLocal: string;
  readonly containerClaim: string;
  /** Without their prefix lengths. */
  readonly addresses: readonly string[];
  readonly addressClaims: readonly string[];
}

/** Where things stand in the plan, to tell a refused claim from another failure. */
export interface AttachSteps {
  readonly port: PlannedLink;
  readonly containerClaim: number;
  /** In the order of the addresses. */
  readonly addressClaims: readonly number[];
  /** Where it is made to take no router advertisements. */
  readonly deafness: number;
  readonly routes: ReadonlyMap<number, Family>;
}

/** One queue pair: a third off link creation on two cores, where the default is a pair per possible CPU. */
const oneQueue = { numTxQueues: 1, numRxQueues: 1 };

/** get_net_ns_id() and alloc_netid() of net/core/net_namespace.c: the lowest free number. */
const firstNetNsId = 0;

/** Makes or opens the namespace, where that is to be done. */
export function placeOf(plan: Plan, endpoint: EndpointPlan): NamespaceTarget {
  const { namespace, container, pool, host } = endpoint;
  if (namespace === undefined) return plan.createNamespace(pool === undefined ? container : undefined);
  if (!(namespace instanceof Namespace)) return plan.openNamespace(namespace, { otherThan: host });
  if (namespace.inode === host.inode) throw hostNamespace(endpoint);
  return namespace;
}

export function hostNamespace({ container }: Pick<EndpointPlan, 'container'>, cause?: unknown): NetworkError {
  const message = `container ${container} would be plumbed into the host's own network namespace`;
  return new NetworkError('EHOSTNAMESPACE', message, { cause });
}

/** What its host link says of it. */
export function labelOf({
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

export function linkLocalOf(mac: string): string {
  return withoutPrefix(linkLocalAddress(mac));
}

export function textsOf(
  { network, container, addresses, pool }: EndpointPlan,
  label: HostLinkLabel | PooledLabel,
): AttachTexts {
  const { mac = '' } = label;
  return {
    hostLink: newHostLinkName(),
    label: encodeLabel(label),
    mac,
    linkLocal: addresses.some(isWide) ? linkLocalOf(mac) : '',
    containerClaim: pool === undefined ? containerClaim(network, container) : '',
    addresses: addresses.map(({ address }) => address),
    addressClaims: addresses.map(({ address }) => addressClaim(network, address)),
  };
}

/** The plan, with all its steps. */
export function attachPlan(endpoint: EndpointPlan): Plan {
  const plan = new Plan();
  const place = placeOf(plan, endpoint);
  writeSteps(plan, place, endpoint, textsOf(endpoint, labelOf(endpoint)));
  return plan;
}

export function writeSteps(
  plan: Plan,
  place: NamespaceTarget,
  endpoint: EndpointPlan,
  texts: AttachTexts,
): AttachSteps {
  const { host, interfaceName, mtu } = endpoint;
  const { hostLink } = texts;
  const size = mtu === undefined ? {} : { mtu };
  const silence = quiet(mtu);

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
    peer: { name: interfaceName, ...macOf(endpoint, texts), ...oneQueue, ...size, namespace: place },
  });
  // Both are ignored or refused inside a create.
  onHost.set(hostLink, { alias: texts.label, ...silence, ...portOptions(endpoint) });
  // One message each, so that the kernel's EEXIST says which of them is taken.
  const containerClaimStep = plan.size;
  if (endpoint.pool === undefined) onHost.addAltNames(hostLink, [texts.containerClaim]);
  const addressClaims: number[] = [];
  for (const claim of texts.addressClaims) {
    addressClaims.push(plan.size);
    onHost.addAltNames(hostLink, [claim]);
  }

  // Only once the link's index is known: a send of their own.
  if (endpoint.limits !== undefined) limitOnHost(plan.together(host), port, endpoint.limits);

  // Second send, in the container, whose settings come first: they say what its addresses will be like. Nothing here touches what stood there before, whatever fails.
  const inside = plan.together(place);
  const { links, sysctl } = inside;
  const wide = endpoint.late?.wide ?? endpoint.addresses.some(isWide);
  const deafnessStep = plan.size;
  if (wide || (endpoint.deaf && carriesIpv6(mtu))) sysctl.set(...deafness(interfaceName));
  for (const [name, value] of endpoint.sysctls ?? []) sysctl.set(name, value);
  links.set('lo', { up: true });
  // Before it is up, for its carrier comes at once and with it the address.
  if (silence.afSpec !== undefined) links.set(interfaceName, silence);
  if (endpoint.limits !== undefined) limitInside(inside, interfaceName, endpoint.limits);
  links.set(interfaceName, { up: true });
  const routes = writeAddresses(plan, inside, endpoint, texts);
  // The host end was opened first: until the kernel has noticed its carrier, the bridge drops what the container sends.
  // A namespace made just now calls its first neighbour, the host, 0, so that its own send can ask; others are asked on
  // the host, in a third send.
  const neighbour = endpoint.namespace === undefined ? firstNetNsId : undefined;
  for (const link of [port, endpoint.bridge]) {
    plan.settle(neighbour === undefined ? host : place, link, neighbour);
  }
  return { port, containerClaim: containerClaimStep, addressClaims, deafness: deafnessStep, routes };
}

/** Addresses and routes, in the container. Returns where the default routes stand. */
function writeAddresses(
  plan: Plan,
  { addresses, routes }: PlannedVerbs,
  endpoint: EndpointPlan,
  texts: Pick<AttachTexts, 'addresses' | 'linkLocal'>,
): ReadonlyMap<number, Family> {
  const { interfaceName } = endpoint;
  const defaultRoutes = new Map<number, Family>();
  // The kernel's own would wait for duplicates; without one, neighbours are not asked whether they are still there.
  if (endpoint.addresses.some(isWide))
    addresses.add({ link: interfaceName, address: `${texts.linkLocal}/64`, flags: ['noDad'] });
  const routed = new Set(endpoint.routed);
  for (const [i, { family, prefix }] of endpoint.addresses.entries()) {
    const claimed = family === 6 ? ({ flags: ['noDad'] } as const) : {};
    addresses.add({ link: interfaceName, address: `${texts.addresses[i]}/${prefix}`, ...claimed });
  }
  for (const { family, gateway } of endpoint.addresses) {
    if (routed.has(family)) continue;
    routed.add(family);
    defaultRoutes.set(plan.size, family);
    routes.add({ destination: 'default', gateway, link: interfaceName });
  }
  // Without an address of its own it has no gateway either.
  if (endpoint.addresses.length === 0) return defaultRoutes;
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
  pooled: EndpointPlan,
): { plan: Plan; claims: ReadonlyMap<number, AssignedAddress>; endpoint: EndpointInfo } {
  const plan = { ...pooled, addresses: pooled.addresses, late: undefined };
  const steps = new Plan();
  const label = labelOf(plan);
  const texts = textsOf(plan, label);
  const onHost = steps.together(plan.host).links;
  const claims = new Map<number, AssignedAddress>();
  for (const [i, one] of plan.addresses.entries()) {
    claims.set(steps.size, one);
    onHost.addAltNames(standing.hostLinkIndex, [texts.addressClaims[i] ?? '']);
  }
  onHost.set(standing.hostLinkIndex, { alias: texts.label });
  const inside = steps.together(namespace);
  inside.links.set(plan.interfaceName, macOf(plan, texts));
  writeAddresses(steps, inside, plan, texts);
  const { addresses, mac = '' } = label;
  return { plan: steps, claims, endpoint: { ...standing, addresses, mac } };
}

function isWide({ family }: AssignedAddress): boolean {
  return family === 6;
}

/** One that gets its addresses later gets its MAC with them. */
function macOf({ late }: EndpointPlan, { mac }: AttachTexts): { address?: string } {
  return late === undefined ? { address: mac } : {};
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
