// `bridge -j vlan show` and `bridge -j vlan tunnelshow`, which print a list of VLANs for each link.

import type { Plain, Row } from '../mapping.js';

export const vlanRows: readonly Row[] = [
  ['ifname', 'index', 'linkName'],
  ['vlan', 'vid'],
  ['vlanEnd', 'vidEnd', 'rangeEnd'],
  ['flags', '', 'vlanFlags'],
];

export const tunnelRows: readonly Row[] = [
  ['ifname', 'index', 'linkName'],
  ['vlan', 'vid'],
  ['vlanEnd', 'vidEnd', 'rangeEnd'],
  ['tunid', 'tunnelId'],
  ['tunidEnd', 'tunnelId', 'tunnelEnd'],
];

/** Each VLAN by itself, with its link's name. */
export function eachOfItsLink(field: 'vlans' | 'tunnels') {
  return (links: readonly Plain[]): readonly Plain[] =>
    links.flatMap(({ ifname, [field]: some }) =>
      (some as readonly Plain[]).map((one) => ({ ifname, ...one })),
    );
}
