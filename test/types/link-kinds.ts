// What the compiler takes and refuses of link kinds; never run. Each refusal is one that plain JavaScript gets at run time
// (test/unit/link-kinds.test.ts).

import type { LinkAdd, LinkSet } from 'netplumb';

export const taken: readonly LinkAdd[] = [
  { kind: 'vlan', name: 'eth0.7', link: 'eth0', data: { id: 7, protocol: '802.1ad' } },
  { kind: 'veth', name: 'veth0', peer: { name: 'eth0' } },
  { kind: 'netkit', name: 'nk0', data: { mode: 'l2' }, peer: { name: 'eth0' } },
  { kind: 'dummy', name: 'dummy0' },
  { kind: 'bond', name: 'bond0', data: { mode: '802.3ad', arpIpTargets: ['172.16.0.1'] } },
];

export const refused: readonly LinkAdd[] = [
  // @ts-expect-error a VLAN id on a veth
  { kind: 'veth', name: 'veth0', data: { id: 7 } },
  // @ts-expect-error a VLAN id on a link without options
  { kind: 'dummy', name: 'dummy0', data: { id: 7 } },
  // @ts-expect-error a bridge's option on a VLAN
  { kind: 'vlan', name: 'eth0.7', data: { id: 7, vlanFiltering: true } },
  // @ts-expect-error a peer of a link that is no pair
  { kind: 'vlan', name: 'eth0.7', data: { id: 7 }, peer: { name: 'x' } },
  // @ts-expect-error a number where there is a name for each
  { kind: 'macvlan', name: 'mv0', data: { mode: 'bridged' } },
  // @ts-expect-error what only the kernel says
  { kind: 'netkit', name: 'nk0', data: { primary: true } },
  // @ts-expect-error no such kind
  { kind: 'vlann', name: 'eth0.7' },
];

export const refusedOfPorts: readonly LinkSet[] = [
  // @ts-expect-error a bridge port's option on a bond's port
  { portKind: 'bond', portData: { isolated: true } },
  // @ts-expect-error a kind without ports
  { portKind: 'vlan', portData: {} },
];
