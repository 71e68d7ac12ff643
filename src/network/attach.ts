// The attach plan: everything a container needs, as one job that sends at most twice.
// Knows what goes into which send and why; which address and which namespace is network.ts's to say.

import { NetlinkError, NetworkError } from '../errors.js';
import { Namespace, type NamespaceReference } from '../namespace.js';
import { Plan, type RunOptions } from '../plan.js';
import type { NamespaceTarget } from '../rtnl/references.js';
import type { Endpoint } from './description.js';
import { quiet } from './ensure.js';
import { addressClaim, containerClaim } from './formats/claims.js';
import { newHostLinkName } from './formats/host-link.js';
import { encodeLabel, type HostLinkLabel } from './formats/label.js';
import { deriveMac } from './formats/mac.js';

/** What is decided of an attach. The MAC, the host link's name and the label follow from it when the steps are written. */
export interface EndpointPlan {
  readonly host: Namespace;
  /** Its index, or its name in an explanation. */
  readonly bridge: number | string;
  readonly network: string;
  readonly container: string;
  readonly interfaceName: string;
  readonly address: string;
  /** The prefix length. */
  readonly prefix: number;
  readonly gateway: string;
  readonly mac?: string;
  readonly mtu?: number;
  /** Brought by the caller, or found; absent: one named after the container is made. */
  readonly namespace?: NamespaceReference | Namespace;
  /** False where the namespace has one already. */
  readonly defaultRoute: boolean;
}

// Where things stand in the plan, to tell a refused claim from another failure.
interface AttachSteps {
  readonly create: number;
  readonly containerClaim: number;
  readonly addressClaim: number;
  readonly route: number;
}

/** One queue pair: a third off link creation on two cores, where the default is a pair per possible CPU. */
const oneQueue = { numTxQueues: 1, numRxQueues: 1 };

/** get_net_ns_id() and alloc_netid() of net/core/net_namespace.c: the lowest free number. */
const firstNetNsId = 0;

function placeOf(plan: Plan, { namespace, container }: EndpointPlan): NamespaceTarget {
  if (namespace === undefined) return plan.createNamespace(container);
  return namespace instanceof Namespace ? namespace : plan.openNamespace(namespace);
}

function labelOf({
  network,
  container,
  address,
  prefix,
  mac,
  interfaceName,
  namespace,
}: EndpointPlan): HostLinkLabel {
  return {
    kind: 'hostLink',
    network,
    container,
    addresses: [`${address}/${prefix}`],
    mac: mac ?? deriveMac(network, address),
    interfaceName,
    namespace: namespace === undefined ? 'created' : 'brought',
  };
}

/** The plan, with all its steps. */
export function attachPlan(endpoint: EndpointPlan): Plan {
  const plan = new Plan();
  writeSteps(plan, placeOf(plan, endpoint), endpoint);
  return plan;
}

/** Runs it. The container's namespace is in the making while the rest is written, which takes a fraction of the time. */
export async function runAttach(endpoint: EndpointPlan, options: RunOptions): Promise<Endpoint> {
  const plan = new Plan();
  const place = placeOf(plan, endpoint);
  let made: Endpoint | undefined;
  const write = () => {
    made = writeSteps(plan, place, endpoint);
  };
  await plan.runAhead([place, endpoint.host], write, options);
  return made as unknown as Endpoint;
}

function writeSteps(plan: Plan, place: NamespaceTarget, endpoint: EndpointPlan): Endpoint {
  const { host, network, container, interfaceName, address, gateway, mtu } = endpoint;
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
    peer: { name: interfaceName, address: label.mac, ...oneQueue, ...size, namespace: place },
  });
  // Both are ignored or refused inside a create.
  onHost.set(hostLink, { alias: encodeLabel(label), ...silence });
  // One message each, so that the kernel's EEXIST says which of the two is taken.
  onHost.addAltNames(hostLink, [containerClaim(network, container)]);
  onHost.addAltNames(hostLink, [addressClaim(network, address)]);

  // Second send, in the container. Nothing here touches what stood there before, whatever fails.
  const { links, addresses, routes } = plan.together(place);
  links.set('lo', { up: true });
  // Before it is up, for its carrier comes at once and with it the address.
  if (silence.afSpec !== undefined) links.set(interfaceName, silence);
  links.set(interfaceName, { up: true });
  addresses.add({ link: interfaceName, address: `${address}/${endpoint.prefix}` });
  if (endpoint.defaultRoute) routes.add({ destination: 'default', gateway, link: interfaceName });
  // The host end was opened first: until the kernel has noticed its carrier, the bridge drops what the container sends.
  // A namespace made just now calls its first neighbour, the host, 0, so that its own send can ask; others are asked on
  // the host, in a third send.
  const neighbour = endpoint.namespace === undefined ? firstNetNsId : undefined;
  for (const link of [port, endpoint.bridge]) {
    plan.settle(neighbour === undefined ? host : place, link, neighbour);
  }
  return { name: container, addresses: label.addresses, mac: label.mac, hostLink, interfaceName, network };
}

function stepsOf({ namespace }: EndpointPlan): AttachSteps {
  const create = namespace instanceof Namespace ? 0 : 1;
  const address = create + 4 + (quiet().afSpec === undefined ? 2 : 3);
  return { create, containerClaim: create + 2, addressClaim: create + 3, route: address + 1 };
}

/** What a failed attach means to the one who attaches. */
export type AttachVerdict =
  | { readonly kind: 'namespaceExists' }
  | { readonly kind: 'namespaceGone' }
  | { readonly kind: 'addressTaken' }
  | { readonly kind: 'hasDefaultRoute' }
  | { readonly kind: 'nameExists' }
  | { readonly kind: 'failed'; readonly error: unknown };

export function judge(error: unknown, endpoint: EndpointPlan): AttachVerdict {
  const { network } = endpoint;
  const steps = stepsOf(endpoint);
  if (!(error instanceof NetlinkError)) return { kind: 'failed', error };
  if (error.code === 'EXFULL' && error.step === steps.create) {
    return {
      kind: 'failed',
      error: new NetworkError('EBRIDGEFULL', `bridge ${network} is full: a bridge takes 1,023 ports`, {
        cause: error,
      }),
    };
  }
  // EINVAL: unmounted and not yet unlinked, it is an ordinary file.
  if (error.operation === 'namespace.open' && (error.code === 'ENOENT' || error.code === 'EINVAL'))
    return { kind: 'namespaceGone' };
  if (error.code !== 'EEXIST') return { kind: 'failed', error };
  if (error.operation === 'namespace.create') return { kind: 'namespaceExists' };
  switch (error.step) {
    case steps.create:
      return { kind: 'nameExists' };
    case steps.containerClaim:
      return { kind: 'failed', error: containerTaken(endpoint, error) };
    case steps.addressClaim:
      return { kind: 'addressTaken' };
    case steps.route:
      return { kind: 'hasDefaultRoute' };
    default:
      return { kind: 'failed', error };
  }
}

export function containerTaken({ container, network }: EndpointPlan, cause: unknown): NetworkError {
  return new NetworkError(
    'ECONTAINERTAKEN',
    `container ${container} is attached to network ${network} already`,
    { cause },
  );
}
