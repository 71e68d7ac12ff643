// `netplumb publish` and `unpublish`: ports of the host that lead to a container, and that no longer do.
import { Network, type PublishedPort } from '../index.js';
import { checkContainerName } from '../network/formats/names.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';
import { portWords, readPort, readReference } from './port-words.js';

/** Publishes `ports` for `container`: all of them, or none. */
export function publish(
  network: string,
  container: string,
  ports: readonly string[],
  options: CommonOptions,
): Promise<number> {
  const wanted = ports.map(readPort);
  return change(network, container, options, 'published', {
    explain: (net) => net.explainPublish(container, wanted),
    make: (net) => net.publish(container, wanted),
  });
}

/** Takes `ports` of `container` back, or all it has. */
export function unpublish(
  network: string,
  container: string,
  ports: readonly string[],
  options: CommonOptions,
): Promise<number> {
  const wanted = ports.length === 0 ? undefined : ports.map(readReference);
  return change(network, container, options, 'no longer published', {
    explain: (net) => net.explainUnpublish(container, wanted),
    make: (net) => net.unpublish(container, wanted),
  });
}

interface Change {
  explain(net: Network): Promise<readonly string[]>;
  make(net: Network): Promise<readonly PublishedPort[]>;
}

async function change(
  network: string,
  container: string,
  options: CommonOptions,
  said: string,
  { explain, make }: Change,
): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  checkContainerName(container);
  return withHost(options.host, async (host) => {
    const net = await Network.open(network, { host });
    try {
      const changed = await explainer.step(
        () => explain(net),
        () => make(net),
      );
      for (const port of changed ?? []) output.line(`${portWords(port)} of ${container} ${said}`);
      if (changed !== undefined) output.data({ network, container, ports: changed });
      explainer.finish();
      return EXIT_OK;
    } finally {
      await net.close();
    }
  });
}
