// bridge: an Ethernet switch in the kernel. IFLA_BR_* of kernel 6.18 (include/uapi/linux/if_link.h,
// net/bridge/br_netlink.c: br_policy and br_fill_info). Times are in USER_HZ ticks, hundredths of a second.
#pragma once

#include "netlink/table.h"
#include "rtnl/bridge_port_table.h"
#include "rtnl/names.h"
#include "rtnl/vlan_protocol_names.h"

namespace netplumb::kinds {

inline constexpr Name bridgeStpNames[] = {{"disabled", 0}, {"kernel", 1}, {"user", 2}};

// enum br_boolopt_id of include/uapi/linux/if_bridge.h, as bits.
inline constexpr Name bridgeBoolOptNames[] = {
    {"noLinkLocalLearn", 1},           {"mcastVlanSnooping", 2}, {"mstEnable", 4},
    {"mdbOffloadFailNotification", 8}, {"fdbLocalVlan0", 16},
};
inline constexpr Row bridgeBoolOptRows[] = {
    {"value", 0, "optval", Type::U32, "The options that are on.", "", Access::ReadWrite, nullptr,
     anyOf(bridgeBoolOptNames)},
    {"mask", 4, "optmask", Type::U32, "The options a request changes; in a read, those the kernel knows.", "",
     Access::ReadWrite, nullptr, anyOf(bridgeBoolOptNames)},
};
inline constexpr Table bridgeBoolOpt{"BridgeBoolOpt", bridgeBoolOptRows, 8};

inline constexpr Row bridgeQuerierRows[] = {
    {"ipAddress", 1, "BRIDGE_QUERIER_IP_ADDRESS", Type::Ip, "The IGMP querier heard or being.", "",
     Access::ReadOnly},
    {"ipPort", 2, "BRIDGE_QUERIER_IP_PORT", Type::LinkIndex, "The port it is behind.", "", Access::ReadOnly},
    {"ipOtherTimer", 3, "BRIDGE_QUERIER_IP_OTHER_TIMER", Type::U64,
     "Time until it is given up, in hundredths of a second.", "", Access::ReadOnly},
    {"ipv6Address", 5, "BRIDGE_QUERIER_IPV6_ADDRESS", Type::Ip, "The MLD querier heard or being.", "",
     Access::ReadOnly},
    {"ipv6Port", 6, "BRIDGE_QUERIER_IPV6_PORT", Type::LinkIndex, "The port it is behind.", "",
     Access::ReadOnly},
    {"ipv6OtherTimer", 7, "BRIDGE_QUERIER_IPV6_OTHER_TIMER", Type::U64,
     "Time until it is given up, in hundredths of a second.", "", Access::ReadOnly},
};
inline constexpr Table bridgeQuerier{"BridgeQuerier", bridgeQuerierRows};

inline constexpr Row bridgeRows[] = {
    {"forwardDelay", 1, "IFLA_BR_FORWARD_DELAY", Type::U32,
     "Time spent listening and learning before forwarding, in hundredths of a second, 200 to 3000 under "
     "spanning tree; 1500 by default.",
     "forward_delay TIME"},
    {"helloTime", 2, "IFLA_BR_HELLO_TIME", Type::U32,
     "Time between the root's hello messages, in hundredths of a second, 100 to 1000; 200 by default.",
     "hello_time TIME"},
    {"maxAge", 3, "IFLA_BR_MAX_AGE", Type::U32,
     "Age at which the root's last message is forgotten, in hundredths of a second, 600 to 4000; 2000 by "
     "default.",
     "max_age TIME"},
    {"ageingTime", 4, "IFLA_BR_AGEING_TIME", Type::U32,
     "Age at which a learnt address is forgotten, in hundredths of a second; 30000 by default.",
     "ageing_time TIME"},
    {"stpState", 5, "IFLA_BR_STP_STATE", Type::U32,
     "Who runs spanning tree; a request turns it on ('kernel', or 'user' where /sbin/bridge-stp takes it) or "
     "off, the default.",
     "stp_state NUMBER", Access::ReadWrite, nullptr, oneOf(bridgeStpNames)},
    {"priority", 6, "IFLA_BR_PRIORITY", Type::U16,
     "Spanning tree's preference among bridges, the smallest becomes root; 32768 by default.",
     "priority NUMBER"},
    {"vlanFiltering", 7, "IFLA_BR_VLAN_FILTERING", Type::Bool,
     "Whether ports accept only their VLANs; off by default.", "vlan_filtering { 0 | 1 }"},
    {"vlanProtocol", 8, "IFLA_BR_VLAN_PROTOCOL", Type::Be16,
     "The tag that filtering looks at; '802.1Q' by default.", "vlan_protocol PROTOCOL", Access::ReadWrite,
     nullptr, oneOf(vlanProtocolNames)},
    {"groupForwardMask", 9, "IFLA_BR_GROUP_FWD_MASK", Type::U16,
     "Which link-local groups 01:80:c2:00:00:0X are forwarded, bit X; none by default, bits 0 to 2 are "
     "refused.",
     "group_fwd_mask MASK"},
    {"rootId", 10, "IFLA_BR_ROOT_ID", Type::BridgeId, "The root of the spanning tree.", "designated_root",
     Access::ReadOnly},
    {"bridgeId", 11, "IFLA_BR_BRIDGE_ID", Type::BridgeId, "This bridge, for spanning tree.", "bridge_id",
     Access::ReadOnly},
    {"rootPort", 12, "IFLA_BR_ROOT_PORT", Type::U16, "Number of the port towards the root; 0 on the root.",
     "root_port", Access::ReadOnly},
    {"rootPathCost", 13, "IFLA_BR_ROOT_PATH_COST", Type::U32, "Cost of the path to the root.",
     "root_path_cost", Access::ReadOnly},
    {"topologyChange", 14, "IFLA_BR_TOPOLOGY_CHANGE", Type::Bool, "Whether a topology change is under way.",
     "topology_change", Access::ReadOnly},
    {"topologyChangeDetected", 15, "IFLA_BR_TOPOLOGY_CHANGE_DETECTED", Type::Bool,
     "Whether this bridge noticed one itself.", "topology_change_detected", Access::ReadOnly},
    {"helloTimer", 16, "IFLA_BR_HELLO_TIMER", Type::U64,
     "What is left of the hello timer, in hundredths of a second.", "hello_timer", Access::ReadOnly},
    {"tcnTimer", 17, "IFLA_BR_TCN_TIMER", Type::U64,
     "What is left of the topology change notification timer, in hundredths of a second.", "tcn_timer",
     Access::ReadOnly},
    {"topologyChangeTimer", 18, "IFLA_BR_TOPOLOGY_CHANGE_TIMER", Type::U64,
     "What is left of the topology change timer, in hundredths of a second.", "topology_change_timer",
     Access::ReadOnly},
    {"gcTimer", 19, "IFLA_BR_GC_TIMER", Type::U64,
     "Time until old addresses are next swept out, in hundredths of a second.", "gc_timer", Access::ReadOnly},
    {"groupAddress", 20, "IFLA_BR_GROUP_ADDR", Type::Mac,
     "The group spanning tree sends to, one of 01:80:c2:00:00:0X; 01:80:c2:00:00:00 by default.",
     "group_address LLADDR"},
    {"fdbFlush", 21, "IFLA_BR_FDB_FLUSH", Type::Flag, "Forgets all learnt addresses.", "fdb_flush",
     Access::WriteOnly},
    {"mcastRouter", 22, "IFLA_BR_MCAST_ROUTER", Type::U8,
     "Whether the bridge itself counts as a multicast router; 'query' by default.", "mcast_router NUMBER",
     Access::ReadWrite, nullptr, oneOf(mcastRouterNames)},
    {"mcastSnooping", 23, "IFLA_BR_MCAST_SNOOPING", Type::Bool,
     "Whether multicast goes only to ports that joined; on by default.", "mcast_snooping { 0 | 1 }"},
    {"mcastQueryUseIfAddr", 24, "IFLA_BR_MCAST_QUERY_USE_IFADDR", Type::Bool,
     "Whether IGMP queries come from the bridge's address instead of 0.0.0.0; off by default.",
     "mcast_query_use_ifaddr { 0 | 1 }"},
    {"mcastQuerier", 25, "IFLA_BR_MCAST_QUERIER", Type::Bool,
     "Whether the bridge sends queries; off by default.", "mcast_querier { 0 | 1 }"},
    {"mcastHashElasticity", 26, "IFLA_BR_MCAST_HASH_ELASTICITY", Type::U32,
     "Accepted and ignored; always 16.", "mcast_hash_elasticity NUMBER"},
    {"mcastHashMax", 27, "IFLA_BR_MCAST_HASH_MAX", Type::U32, "Most multicast groups; 4096 by default.",
     "mcast_hash_max NUMBER"},
    {"mcastLastMemberCount", 28, "IFLA_BR_MCAST_LAST_MEMBER_CNT", Type::U32,
     "Queries sent after a leave message before the group ends; 2 by default.",
     "mcast_last_member_count NUMBER"},
    {"mcastStartupQueryCount", 29, "IFLA_BR_MCAST_STARTUP_QUERY_CNT", Type::U32,
     "Queries sent at the start; 2 by default.", "mcast_startup_query_count NUMBER"},
    {"mcastLastMemberInterval", 30, "IFLA_BR_MCAST_LAST_MEMBER_INTVL", Type::U64,
     "Time between the queries after a leave message, in hundredths of a second; 100 by default.",
     "mcast_last_member_interval TIME"},
    {"mcastMembershipInterval", 31, "IFLA_BR_MCAST_MEMBERSHIP_INTVL", Type::U64,
     "Time after which a group not reported ends, in hundredths of a second; 26000 by default.",
     "mcast_membership_interval TIME"},
    {"mcastQuerierInterval", 32, "IFLA_BR_MCAST_QUERIER_INTVL", Type::U64,
     "Time after which another querier not heard counts as gone, in hundredths of a second; 25500 by "
     "default.",
     "mcast_querier_interval TIME"},
    {"mcastQueryInterval", 33, "IFLA_BR_MCAST_QUERY_INTVL", Type::U64,
     "Time between queries, in hundredths of a second; 12500 by default.", "mcast_query_interval TIME"},
    {"mcastQueryResponseInterval", 34, "IFLA_BR_MCAST_QUERY_RESPONSE_INTVL", Type::U64,
     "Longest time a member may take to answer, in hundredths of a second; 1000 by default.",
     "mcast_query_response_interval TIME"},
    {"mcastStartupQueryInterval", 35, "IFLA_BR_MCAST_STARTUP_QUERY_INTVL", Type::U64,
     "Time between the queries at the start, in hundredths of a second; a quarter of mcastQueryInterval by "
     "default.",
     "mcast_startup_query_interval TIME"},
    {"nfCallIptables", 36, "IFLA_BR_NF_CALL_IPTABLES", Type::Bool,
     "Whether bridged IPv4 passes iptables on this bridge; off by default.", "nf_call_iptables { 0 | 1 }"},
    {"nfCallIp6tables", 37, "IFLA_BR_NF_CALL_IP6TABLES", Type::Bool,
     "Whether bridged IPv6 passes ip6tables on this bridge; off by default.", "nf_call_ip6tables { 0 | 1 }"},
    {"nfCallArptables", 38, "IFLA_BR_NF_CALL_ARPTABLES", Type::Bool,
     "Whether bridged ARP passes arptables on this bridge; off by default.", "nf_call_arptables { 0 | 1 }"},
    {"vlanDefaultPvid", 39, "IFLA_BR_VLAN_DEFAULT_PVID", Type::U16,
     "The VLAN that untagged packets of a new port get; 1 by default, 0 for none.",
     "vlan_default_pvid NUMBER", Access::ReadWrite, nullptr, Names(), 0, 4094},
    {"vlanStatsEnabled", 41, "IFLA_BR_VLAN_STATS_ENABLED", Type::Bool,
     "Whether traffic is counted per VLAN; off by default.", "vlan_stats_enabled { 0 | 1 }"},
    {"mcastStatsEnabled", 42, "IFLA_BR_MCAST_STATS_ENABLED", Type::Bool,
     "Whether IGMP and MLD messages are counted; off by default.", "mcast_stats_enabled { 0 | 1 }"},
    {"mcastIgmpVersion", 43, "IFLA_BR_MCAST_IGMP_VERSION", Type::U8,
     "The IGMP version of queries, 2 or 3; 2 by default.", "mcast_igmp_version NUMBER", Access::ReadWrite,
     nullptr, Names(), 2, 3},
    {"mcastMldVersion", 44, "IFLA_BR_MCAST_MLD_VERSION", Type::U8,
     "The MLD version of queries, 1 or 2; 1 by default.", "mcast_mld_version NUMBER", Access::ReadWrite,
     nullptr, Names(), 1, 2},
    {"vlanStatsPerPort", 45, "IFLA_BR_VLAN_STATS_PER_PORT", Type::Bool,
     "Whether traffic is counted per VLAN and port; off by default, changed only while ports have no VLAN.",
     "vlan_stats_per_port { 0 | 1 }"},
    {"multiBoolOpt", 46, "IFLA_BR_MULTI_BOOLOPT", Type::Struct,
     "Further options that are on or off; all off by default.",
     "{ no_linklocal_learn | mcast_vlan_snooping | mst_enabled | mdb_offload_fail_notification | "
     "fdb_local_vlan_0 } { 0 | 1 }",
     Access::ReadWrite, &bridgeBoolOpt},
    {"mcastQuerierState", 47, "IFLA_BR_MCAST_QUERIER_STATE", Type::Nested, "The queriers at present.", "",
     Access::ReadOnly, &bridgeQuerier},
    {"fdbNLearned", 48, "IFLA_BR_FDB_N_LEARNED", Type::U32, "Addresses learnt at present.", "fdb_n_learned",
     Access::ReadOnly},
    {"fdbMaxLearned", 49, "IFLA_BR_FDB_MAX_LEARNED", Type::U32,
     "Most addresses to learn; 0, the default, for no limit.", "fdb_max_learned NUMBER"},
};
inline constexpr Table bridgeData{"BridgeData", bridgeRows};
inline constexpr Kind bridge{"bridge", &bridgeData, &bridgePortData};

}  // namespace netplumb::kinds
