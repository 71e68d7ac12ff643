// `bridge vlan` lines.

import type { Step } from '../binding.js';
import type { BridgeVlanSpecRequest } from '../rtnl/attributes.generated.js';
import type { Surroundings } from './surroundings.js';

type Request = Extract<Step, { do: 'request' }>;

const range = (first: number | undefined, last: number | undefined) =>
  first === last ? String(first) : `${first}-${last}`;

export function explainBridgeVlan({ verb, value }: Request, at: Surroundings): readonly string[] {
  const { vlans = [], tunnels = [], flags = [] } = value.spec as BridgeVlanSpecRequest;
  const [first, last] = [[...vlans, ...tunnels].at(0), [...vlans, ...tunnels].at(-1)];
  const passing = (first?.flags ?? []).filter((name) => name === 'pvid' || name === 'untagged');
  const tunnel = range(tunnels.at(0)?.tunnelId, tunnels.at(-1)?.tunnelId);
  const words = [
    ...['dev', at.link(value.index), 'vid', range(first?.vid, last?.vid)],
    ...(tunnels.length === 0 ? [] : ['tunnel_info', 'id', tunnel]),
    ...passing.map(String),
    ...flags.map(String),
  ];
  return [`vlan ${verb === 'remove' ? 'del' : 'add'} ${words.join(' ')}`];
}
