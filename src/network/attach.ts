// The attach plan: everything a container needs, as one job that sends at most twice.
// Knows what goes into which send and why; which address and which namespace is network.ts's to say.

import { NetlinkError, NetworkError } from '../errors.js';
import { Namespace, type NamespaceReference } from '../namespace.js';
import { Plan } from '../plan.js';
import type { NamespaceTarget } from '../rtnl/references.js';
import { quiet } from './ensure.js';
import { addressClaim, containerClaim } from './formats/claims.js';
import { encodeLabel, type HostLinkLabel } from './formats/label.js';

/** An endpoint to be made, everything decided. */
export interface EndpointPlan {
  readonly host: Namespace;
  readonly bridge: number | string;
  readonly hostLink: string;
  readonly label: HostLinkLabel;
  /** Without prefix length. */
  readonly address: string;
  readonly gateway: string;
  readonly mtu?: number;
  /** Brought by the caller; absent: a namespace named after the container is made. */
  readonly namespace?: NamespaceReference | Namespace;
  /** False where the namespace has one already. */
  readonly defaultRoute: boolean;
}

/** Where things stand in the plan, to tell a refused claim from another failure. */
export interface AttachSteps {
  readonly create: number;
  readonly containerClaim: number;
  readonly addressClaim: number;
  readonly route: number;
}

/** One queue pair: a third off link creation on two cores, where the default is a pair per possible CPU. */
const oneQueue = { numTxQueues: 1, numRxQueues: 1 };

/** get_net_ns_id() and alloc_netid() of net/core/net_namespace.c: the lowest free number. */
const firstNetNsId = 0;

function placeOf(plan: Plan, { namespace, label }: EndpointPlan): NamespaceTarget {
  if (namespace === undefined) return plan.createNamespace(label.container);
  return namespace instanceof Namespace ? namespace : plan.openNamespace(namespace);
}

export function attachPlan(endpoint: EndpointPlan): { readonly plan: Plan; readonly steps: AttachSteps } {
  const { host, hostLink, label, address, gateway, mtu } = endpoint;
  const plan = new Plan();
  const container = placeOf(plan, endpoint);
  const opened = endpoint.namespace instanceof Namespace ? 0 : 1;
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
    peer: { name: label.interfaceName, address: label.mac, ...oneQueue, ...size, namespace: container },
  });
  // Both are ignored or refused inside a create.
  onHost.set(hostLink, { alias: encodeLabel(label), ...silence });
  // One message each, so that the kernel's EEXIST says which of the two is taken.
  onHost.addAltNames(hostLink, [containerClaim(label.network, label.container)]);
  onHost.addAltNames(hostLink, [addressClaim(label.network, address)]);

  // Second send, in the container. Nothing here touches what stood there before, whatever fails.
  const { links, addresses, routes } = plan.together(container);
  links.set('lo', { up: true });
  // Before it is up, for its carrier comes at once and with it the address.
  if (silence.afSpec !== undefined) links.set(label.interfaceName, silence);
  links.set(label.interfaceName, { up: true });
  addresses.add({ link: label.interfaceName, address: label.addresses[0] ?? address });
  if (endpoint.defaultRoute) routes.add({ destination: 'default', gateway, link: label.interfaceName });
  // The host end was opened first: until the kernel has noticed its carrier, the bridge drops what the container sends.
  // A namespace made just now calls its first neighbour, the host, 0, so that its own send can ask; others are asked on
  // the host, in a third send.
  const neighbour = endpoint.namespace === undefined ? firstNetNsId : undefined;
  for (const link of [port, endpoint.bridge]) {
    plan.settle(neighbour === undefined ? host : container, link, neighbour);
  }
  const route = opened + 4 + (silence.afSpec === undefined ? 3 : 4);
  return { plan, steps: { create: opened, containerClaim: opened + 2, addressClaim: opened + 3, route } };
}

/** What a failed attach means to the one who attaches. */
export type AttachVerdict =
  | { readonly kind: 'namespaceExists' }
  | { readonly kind: 'addressTaken' }
  | { readonly kind: 'hasDefaultRoute' }
  | { readonly kind: 'nameExists' }
  | { readonly kind: 'failed'; readonly error: unknown };

export function judge(error: unknown, steps: AttachSteps, { label }: EndpointPlan): AttachVerdict {
  if (!(error instanceof NetlinkError)) return { kind: 'failed', error };
  if (error.code === 'EXFULL' && error.step === steps.create) {
    return {
      kind: 'failed',
      error: new NetworkError('EBRIDGEFULL', `bridge ${label.network} is full: a bridge takes 1,023 ports`, {
        cause: error,
      }),
    };
  }
  if (error.code !== 'EEXIST') return { kind: 'failed', error };
  if (error.operation === 'namespace.create') return { kind: 'namespaceExists' };
  switch (error.step) {
    case steps.create:
      return { kind: 'nameExists' };
    case steps.containerClaim:
      return { kind: 'failed', error: containerTaken(label, error) };
    case steps.addressClaim:
      return { kind: 'addressTaken' };
    case steps.route:
      return { kind: 'hasDefaultRoute' };
    default:
      return { kind: 'failed', error };
  }
}

export function containerTaken(label: HostLinkLabel, cause: unknown): NetworkError {
  return new NetworkError(
    'ECONTAINERTAKEN',
    `container ${label.container} is attached to network ${label.network} already`,
    { cause },
  );
}
