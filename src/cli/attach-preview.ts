// Owns what is shown of attaches that were not done yet: each explains itself; what a network decides only when it attaches is
// decided here as it would be. Changes nothing.
import { type AttachOptions, Namespace, type Network, NetworkError, type NetworkOptions } from '../index.js';
import { attachPlan } from '../network/attach.js';
import { planDefaults } from '../network/attacher.js';
import { withUplinkMtu } from '../network/ensure.js';
import { NetworkAddresses } from '../network/formats/network-addresses.js';
import { readNetworkOptions } from '../network/options.js';

/** The shell lines of attaching one container to a network that stands. @throws {NetworkError} ECONTAINERTAKEN */
export async function previewAttach(
  network: Network,
  container: string,
  how: AttachOptions = {},
): Promise<readonly string[]> {
  const attached = await network.list();
  if (attached.some(({ name }) => name === container)) {
    const message = `container ${container} is attached to network ${network.name} already`;
    throw new NetworkError('ECONTAINERTAKEN', message);
  }
  const isThere = (await Namespace.list()).some(({ name }) => name === container);
  return network.explainAttach(container, isThere ? { ...how, namespace: container } : how);
}

/** The shell lines of attaching `containers` to a network that may not stand yet, in order, leaving out the attached ones; `standing` is the network where there is one. */
export async function previewAttaches(
  options: NetworkOptions & { readonly host: Namespace },
  containers: readonly string[],
  standing: Network | undefined,
): Promise<readonly string[]> {
  const wanted = await withUplinkMtu(options.host, readNetworkOptions(options).wanted);
  const attached = (await standing?.list()) ?? [];
  const taken = attached.flatMap(({ addresses }) => addresses.map((address) => address.split('/')[0] ?? ''));
  const addresses = new NetworkAddresses(wanted.subnets, { taken, ...wanted.settings });
  const names = new Set((await Namespace.list()).map(({ name }) => name));
  return containers
    .filter((container) => !attached.some(({ name }) => name === container))
    .flatMap((container) => {
      const plan = attachPlan({
        host: options.host,
        bridge: wanted.name,
        network: wanted.name,
        container,
        interfaceName: 'eth0',
        ...planDefaults(wanted.settings),
        addresses: addresses.take(),
        ...(names.has(container) ? { namespace: container } : {}),
      });
      return plan.explain(options.host);
    });
}
