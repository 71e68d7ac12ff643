// `netplumb detach`: one container unplugged.
import { Network } from '../index.js';
import { checkContainerName } from '../network/formats/names.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

/** Detaches `container` from `network`; fails if it is not attached. */
export async function detach(network: string, container: string, options: CommonOptions): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  checkContainerName(container);
  return withHost(options.host, async (host) => {
    const net = await Network.open(network, { host });
    try {
      await explainer.step(
        () => net.explainDetach(container),
        async () => {
          await net.detach(container, { wait: true });
          output.line(`${container} detached from ${network}`);
          output.data({ network, name: container, detached: true });
        },
      );
      explainer.finish();
      return EXIT_OK;
    } finally {
      await net.close();
    }
  });
}
