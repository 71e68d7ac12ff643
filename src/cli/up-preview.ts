// Owns what `up --dry-run` says of containers whose network may not stand yet: the lines of the attaches that would follow.
// Changes nothing. Each attach explains itself; only the addresses are chosen here, as a network would, one after another.
import { Namespace, type Network } from '../index.js';
import { attachPlan } from '../network/attach.js';
import { AddressAllocator } from '../network/formats/allocator.js';
import { defaultGateway, parseSubnet } from '../network/formats/subnet.js';

/** A network as it was asked for. */
export interface WantedNetwork {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly gateway?: string;
  readonly host: Namespace;
}

/** The shell lines of attaching `containers`, in order; `standing` is the network where there is one. */
export async function previewAttaches(
  wanted: WantedNetwork,
  containers: readonly string[],
  standing: Network | undefined,
): Promise<readonly string[]> {
  const subnet = parseSubnet(wanted.subnets[0]);
  const gateway = wanted.gateway ?? defaultGateway(subnet);
  const attached = (await standing?.list()) ?? [];
  const taken = attached.flatMap(({ addresses }) => addresses.map((address) => address.split('/')[0] ?? ''));
  const allocator = new AddressAllocator(subnet, { taken, exclude: [gateway] });
  const names = new Set((await Namespace.list()).map(({ name }) => name));
  return containers
    .filter((container) => !attached.some(({ name }) => name === container))
    .flatMap((container) => {
      const plan = attachPlan({
        host: wanted.host,
        bridge: wanted.name,
        network: wanted.name,
        container,
        interfaceName: 'eth0',
        address: allocator.take(),
        prefix: subnet.prefix,
        gateway,
        defaultRoute: true,
        ...(names.has(container) ? { namespace: container } : {}),
      });
      return plan.explain(wanted.host);
    });
}
