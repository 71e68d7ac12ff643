// `netplumb attach`: one container plugged into a network that stands.
import { Network } from '../index.js';
import { checkContainerName } from '../network/formats/names.js';
import { previewAttach } from './attach-preview.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import { containerData } from './network-data.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

export interface AttachCommandOptions extends CommonOptions {
  readonly address?: readonly string[];
  readonly interface?: string;
}

/** Attaches `container` to `network`; fails if it is attached already. */
export async function attach(
  network: string,
  container: string,
  options: AttachCommandOptions,
): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  const how = {
    ...(options.address === undefined ? {} : { address: options.address }),
    ...(options.interface === undefined ? {} : { interfaceName: options.interface }),
  };
  checkContainerName(container);
  return withHost(options.host, async (host) => {
    const net = await Network.open(network, { host });
    try {
      const endpoint = await explainer.step(
        () => previewAttach(net, container, how),
        () => net.attach(container, how),
      );
      if (endpoint !== undefined) {
        output.line(`${container} attached to ${network}: ${endpoint.addresses.join(', ')}`);
        output.data({ network, ...containerData(endpoint) });
      }
      explainer.finish();
      return EXIT_OK;
    } finally {
      await net.close();
    }
  });
}
