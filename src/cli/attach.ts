// `netplumb attach`: containers plugged into a network that stands.
import { type EndpointInfo, Network } from '../index.js';
import { checkContainerName } from '../network/formats/names.js';
import { attachAll } from './attach-all.js';
import { Explainer } from './explain.js';
import { EXIT_OK, UsageError } from './failure.js';
import { withHost } from './host.js';
import { containerData } from './network-data.js';
import { type EndpointFlags, toAttachOptions } from './network-options.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

export interface AttachCommandOptions extends CommonOptions, EndpointFlags {}

/** Attaches `containers` to `network`; fails for each that is attached already. */
export async function attach(
  network: string,
  containers: readonly string[],
  options: AttachCommandOptions,
): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  const how = toAttachOptions(options);
  for (const name of containers) checkContainerName(name);
  for (const option of ['address', 'mac'] as const)
    if (containers.length > 1 && options[option] !== undefined)
      throw new UsageError(`--${option}: several containers cannot share an address`);
  return withHost(options.host, async (host) => {
    const net = await Network.open(network, { host });
    const attached: EndpointInfo[] = [];
    const made = (endpoint: EndpointInfo) => {
      attached.push(endpoint);
      output.line(`${endpoint.name} attached to ${network}: ${endpoint.addresses.join(', ')}`);
    };
    try {
      await attachAll(net, containers, how, { output, explainer, made });
    } finally {
      const data = attached.map((endpoint) => ({ network, ...containerData(endpoint) }));
      // One is printed as it is, several as a list.
      if (containers.length > 1) output.data(data);
      else if (data.length > 0) output.data(data[0]);
      await net.close();
    }
    explainer.finish();
    return EXIT_OK;
  });
}
