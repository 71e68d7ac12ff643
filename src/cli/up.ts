// `netplumb up`: a network that stands, and the containers on it. Running it again changes nothing.
// What creating, adopting and refusing mean is Network's business.
import { type EndpointInfo, type Namespace, Network, type NetworkOptions } from '../index.js';
import { checkContainerName } from '../network/formats/names.js';
import { attachAll } from './attach-all.js';
import { previewAttaches } from './attach-preview.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import { networkData } from './network-data.js';
import { type NetworkFlags, toNetworkOptions } from './network-options.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

export interface UpOptions extends CommonOptions, NetworkFlags {
  readonly count?: number;
}

/** More than these are counted on a terminal, not listed. */
const mostLines = 40;

/** Creates or adopts `network` and attaches those of `containers`, and of as many more as `count` says, that are not attached yet. */
export async function up(
  network: string,
  containers: readonly string[],
  options: UpOptions,
): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  // all names before the first system call: a typing error in the last must not leave half a network
  const counted = Array.from({ length: options.count ?? 0 }, (_, i) => `container${i + 1}`);
  const names = [...new Set([...containers.map((name) => checkContainerName(name)), ...counted])];
  return withHost(options.host, async (host) => {
    const wanted: NetworkOptions = { ...toNetworkOptions(network, options), host };
    if (explainer.dryRun) {
      await explainer.step(
        () => preview(wanted, names, host),
        async () => undefined,
      );
    } else {
      const net = await explainer.step(
        () => Network.explainEnsure(wanted),
        () => Network.ensure(wanted),
      );
      if (net !== undefined) await converge(net, names, output, explainer);
    }
    explainer.finish();
    return EXIT_OK;
  });
}

/** All that would be done; the network is opened only where it stands, which is where making it takes no line. */
async function preview(
  wanted: NetworkOptions,
  names: readonly string[],
  host: Namespace,
): Promise<readonly string[]> {
  const making = await Network.explainEnsure(wanted);
  const standing = making.length === 0 ? await Network.open(wanted.name, { host }) : undefined;
  try {
    return [...making, ...(await previewAttaches({ ...wanted, host }, names, {}, standing))];
  } finally {
    await standing?.close();
  }
}

/** Attaches what is missing; what is attached stays as it is. */
async function converge(
  net: Network,
  names: readonly string[],
  output: Output,
  explainer: Explainer,
): Promise<void> {
  try {
    output.line(networkLine(net));
    const attached = new Map((await net.list()).map((endpoint) => [endpoint.name, endpoint]));
    const fresh = new Set<string>();
    const brief = output.terminal && names.length > mostLines;
    const told = (endpoint: EndpointInfo, what: string) =>
      brief || output.line(containerLine(endpoint, what));
    for (const name of names) {
      const standing = attached.get(name);
      if (standing !== undefined) told(standing, 'unchanged');
    }
    const made = (endpoint: EndpointInfo) => {
      fresh.add(endpoint.name);
      told(endpoint, 'attached');
    };
    try {
      await attachAll(
        net,
        names.filter((name) => !attached.has(name)),
        {},
        { output, explainer, made },
      );
    } finally {
      if (brief) output.line(`${fresh.size} of ${names.length} containers attached`);
    }
    const { containers, ...rest } = networkData(await net.info());
    output.data({
      ...rest,
      created: net.created,
      containers: containers.map((container) => ({ ...container, attached: fresh.has(container.name) })),
    });
  } finally {
    await net.close();
  }
}

function networkLine({ name, subnets, gateways, nat, created }: Network): string {
  return `network ${name} ${created ? 'created' : 'unchanged'}: ${subnets.join(', ')}, gateway ${gateways.join(', ')}, nat ${nat === false ? 'none' : nat}`;
}

function containerLine({ name, addresses }: EndpointInfo, what: string): string {
  return `${name} ${what}: ${addresses.join(', ')}`;
}
