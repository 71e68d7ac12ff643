// Owns what is shown of attaches to a network that may not stand yet: what a network decides only when it attaches is decided
// here as it would be. Changes nothing.
import type { AttachOptions, Namespace, Network, NetworkOptions } from '../index.js';
import { explainAttaches, planDefaults } from '../network/attach/attacher.js';
import { NetworkAddresses } from '../network/formats/network-addresses.js';
import { withUplinkMtu } from '../network/host/ensure.js';
import { attachOptionsReader, readNetworkOptions } from '../network/options.js';

/** The shell lines of attaching `containers` in order, leaving out the attached ones; `standing` is the network where there is one. */
export async function previewAttaches(
  options: NetworkOptions & { readonly host: Namespace },
  containers: readonly string[],
  how: AttachOptions,
  standing: Network | undefined,
): Promise<readonly string[]> {
  if (standing !== undefined) {
    const attached = new Set((await standing.list()).map(({ name }) => name));
    return standing.explainAttach(
      containers.filter((container) => !attached.has(container)),
      how,
    );
  }
  const wanted = await withUplinkMtu(options.host, readNetworkOptions(options).wanted);
  const { name, subnets, settings } = wanted;
  const read = attachOptionsReader(subnets, settings);
  return explainAttaches(
    containers.map((container) => read(container, how)),
    new NetworkAddresses(subnets, settings),
    (request, addresses) => ({
      ...planDefaults(wanted),
      ...request,
      routes: [...settings.routes, ...request.routes],
      host: options.host,
      bridge: name,
      network: name,
      addresses,
    }),
  );
}
