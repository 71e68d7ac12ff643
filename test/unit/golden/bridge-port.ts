// Ports of a bridge: every option of `ip link set type bridge_slave`.

import type { BridgePortDataRequest } from '../../../src/rtnl/attributes.generated.js';
import { setLink } from '../../../src/rtnl/link-requests.js';
import { type Calls, calls, type Scene } from './call.js';

const options: Readonly<Record<string, BridgePortDataRequest | ((at: Scene) => BridgePortDataRequest)>> = {
  fdb_flush: { flush: true },
  'state 3': { state: 'forwarding' },
  'priority 16': { priority: 16 },
  'cost 100': { cost: 100 },
  'guard on': { guard: true },
  'hairpin on': { hairpin: true },
  'hairpin off': { hairpin: false },
  'fastleave on': { fastLeave: true },
  'root_block on': { rootBlock: true },
  'learning off': { learning: false },
  'flood off': { flood: false },
  'proxy_arp on': { proxyArp: true },
  'proxy_arp_wifi on': { proxyArpWifi: true },
  'mcast_router 2': { mcastRouter: 'permanent' },
  'mcast_fast_leave on': { fastLeave: true },
  'mcast_flood off': { mcastFlood: false },
  'bcast_flood off': { bcastFlood: false },
  'mcast_to_unicast on': { mcastToUnicast: true },
  'group_fwd_mask 8': { groupForwardMask: 8 },
  'neigh_suppress on': { neighSuppress: true },
  'vlan_tunnel on': { vlanTunnel: true },
  'isolated on': { isolated: true },
  'isolated off': { isolated: false },
  'locked on': { locked: true },
  'backup_port veth2': (at) => ({ backupPort: at.link('veth2') }),
  nobackup_port: { backupPort: 0 },
  'hairpin on isolated on learning off': { hairpin: true, isolated: true, learning: false },
  'state 3 priority 32 cost 4': { state: 'forwarding', priority: 32, cost: 4 },
};

export const bridgePortCalls: Calls = calls('ip link set veth0 type bridge_slave', options, (data, at) =>
  setLink(at.link('veth0'), {
    portKind: 'bridge',
    portData: typeof data === 'function' ? data(at) : data,
  }),
);
