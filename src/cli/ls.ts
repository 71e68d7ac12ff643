// `netplumb ls`: the networks of a host and what hangs on them.
import { Network, type NetworkInfo } from '../index.js';
import { shellWord } from '../shell-word.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import { networkData } from './network-data.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';
import { portWords } from './port-words.js';

const HEAD = ['NETWORK', 'SUBNETS', 'GATEWAY', 'NAT', 'CONTAINER', 'ADDRESSES', 'MAC', 'HOST LINK', 'PORTS'];

/** Lists all networks, or the one named; a name nobody has is a failure. */
export function ls(name: string | undefined, options: CommonOptions): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  return withHost(options.host, async (host) => {
    const networks = await explainer.step(
      () => shellLines(name),
      async () => {
        if (name === undefined) return await Network.list({ host });
        const network = await Network.open(name, { host });
        try {
          return [await network.info()];
        } finally {
          await network.close();
        }
      },
    );
    if (networks !== undefined) {
      output.data(networks.map(networkData));
      if (networks.length === 0 && output.terminal) output.line('no networks');
      else await output.table(HEAD, networks.flatMap(networkRows));
    }
    explainer.finish();
    return EXIT_OK;
  });
}

/** One row per container, then one per endpoint ready in a pool; a network without any has one row all the same. */
export function networkRows(network: NetworkInfo): string[][] {
  const { name, subnets, gateways, nat, containers, pooled } = networkData(network);
  const common = [name, subnets.join(','), gateways.join(','), nat];
  const rows = [
    ...containers.map(({ name, published, ...rest }) => ({ who: name, ports: published, ...rest })),
    // No container's name has a colon.
    ...pooled.map(({ pool, ...rest }) => ({ who: `pool:${pool}`, ports: [], ...rest })),
  ];
  if (rows.length === 0) return [[...common, '', '', '', '', '']];
  return rows.map(({ who, addresses, mac, hostLink, ports }) => [
    ...common,
    who,
    addresses.join(','),
    mac ?? '',
    hostLink,
    ports.map(portWords).join(','),
  ]);
}

/** The labels that make links networks are their aliases, which `-d` does not hide. */
function shellLines(name: string | undefined): string[] {
  if (name === undefined) return ['ip -d link show type bridge', 'ip -d link show type veth'];
  return [`ip -d link show dev ${shellWord(name)}`, `ip -d link show master ${shellWord(name)}`];
}
