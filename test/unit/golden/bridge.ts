// Bridges: every option of `ip link add type bridge`.

import type { BridgeDataRequest } from '../../../src/rtnl/attributes.generated.js';
import { addLink, setLink } from '../../../src/rtnl/link-requests.js';
import { type Calls, calls } from './call.js';

const options: Readonly<Record<string, BridgeDataRequest>> = {
  fdb_flush: { fdbFlush: true },
  'forward_delay 1500': { forwardDelay: 1500 },
  'hello_time 200': { helloTime: 200 },
  'max_age 2000': { maxAge: 2000 },
  'ageing_time 30000': { ageingTime: 30000 },
  'stp_state 1': { stpState: 'kernel' },
  'priority 4096': { priority: 4096 },
  'group_fwd_mask 8': { groupForwardMask: 8 },
  'group_address 01:80:c2:00:00:0a': { groupAddress: '01:80:c2:00:00:0a' },
  'no_linklocal_learn 1': { multiBoolOpt: { value: ['noLinkLocalLearn'], mask: ['noLinkLocalLearn'] } },
  'vlan_filtering 1': { vlanFiltering: true },
  'vlan_filtering 0': { vlanFiltering: false },
  'vlan_protocol 802.1Q': { vlanProtocol: '802.1Q' },
  'vlan_protocol 802.1ad': { vlanProtocol: '802.1ad' },
  'vlan_default_pvid 100': { vlanDefaultPvid: 100 },
  'vlan_stats_enabled 1': { vlanStatsEnabled: true },
  'vlan_stats_per_port 1': { vlanStatsPerPort: true },
  'mcast_snooping 0': { mcastSnooping: false },
  'mcast_vlan_snooping 1': { multiBoolOpt: { value: ['mcastVlanSnooping'], mask: ['mcastVlanSnooping'] } },
  'mcast_router 2': { mcastRouter: 'permanent' },
  'mcast_query_use_ifaddr 1': { mcastQueryUseIfAddr: true },
  'mcast_querier 1': { mcastQuerier: true },
  'mcast_hash_elasticity 8': { mcastHashElasticity: 8 },
  'mcast_hash_max 1024': { mcastHashMax: 1024 },
  'mcast_last_member_count 3': { mcastLastMemberCount: 3 },
  'mcast_startup_query_count 4': { mcastStartupQueryCount: 4 },
  'mcast_last_member_interval 200': { mcastLastMemberInterval: 200n },
  'mcast_membership_interval 26001': { mcastMembershipInterval: 26001n },
  'mcast_querier_interval 25501': { mcastQuerierInterval: 25501n },
  'mcast_query_interval 12501': { mcastQueryInterval: 12501n },
  'mcast_query_response_interval 1001': { mcastQueryResponseInterval: 1001n },
  'mcast_startup_query_interval 3126': { mcastStartupQueryInterval: 3126n },
  'mcast_stats_enabled 1': { mcastStatsEnabled: true },
  'mcast_igmp_version 3': { mcastIgmpVersion: 3 },
  'mcast_mld_version 2': { mcastMldVersion: 2 },
  'nf_call_iptables 1': { nfCallIptables: true },
  'nf_call_ip6tables 1': { nfCallIp6tables: true },
  'nf_call_arptables 1': { nfCallArptables: true },
  'forward_delay 200 hello_time 100 max_age 600 stp_state 1 priority 32768': {
    forwardDelay: 200,
    helloTime: 100,
    maxAge: 600,
    stpState: 'kernel',
    priority: 32768,
  },
  'vlan_filtering 1 vlan_default_pvid 0 vlan_protocol 802.1ad': {
    vlanFiltering: true,
    vlanDefaultPvid: 0,
    vlanProtocol: '802.1ad',
  },
  'mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2': {
    mcastSnooping: true,
    mcastQuerier: true,
    mcastIgmpVersion: 3,
    mcastMldVersion: 2,
  },
  'no_linklocal_learn 0 mcast_vlan_snooping 0': {
    multiBoolOpt: { value: [], mask: ['noLinkLocalLearn', 'mcastVlanSnooping'] },
  },
};

const changes: Readonly<Record<string, BridgeDataRequest>> = {
  'ageing_time 100': { ageingTime: 100 },
  'stp_state 0 forward_delay 200': { stpState: 'disabled', forwardDelay: 200 },
  fdb_flush: { fdbFlush: true },
};

export const bridgeCalls: Calls = {
  'ip link add br0 type bridge': () => addLink({ kind: 'bridge', name: 'br0' }),
  'ip link add name br0 mtu 1400 address 02:00:00:00:00:01 type bridge': () =>
    addLink({ kind: 'bridge', name: 'br0', mtu: 1400, address: '02:00:00:00:00:01' }),
  'ip link add br0 up type bridge': () => addLink({ kind: 'bridge', name: 'br0', up: true }),
  'ip link add br0 index 42 type bridge': () => addLink({ kind: 'bridge', name: 'br0', index: 42 }),
  ...calls('ip link add br0 type bridge', options, (data) => addLink({ kind: 'bridge', name: 'br0', data })),
  ...calls('ip link set br0 type bridge', changes, (data, at) =>
    setLink(at.link('br0'), { kind: 'bridge', data }),
  ),
};
