// bond: several links as one. IFLA_BOND_* of kernel 6.18 (include/uapi/linux/if_link.h,
// drivers/net/bonding/bond_netlink.c: bond_policy and bond_fill_info; bond_options.c has the names and
// ranges). Names are those of bond_options.c, which ip takes too.
#pragma once

#include "netlink/table.h"
#include "rtnl/bond_port_table.h"
#include "rtnl/names.h"

namespace netplumb::kinds {

inline constexpr Name bondModeNames[] = {
    {"balance-rr", 0}, {"active-backup", 1}, {"balance-xor", 2}, {"broadcast", 3},
    {"802.3ad", 4},    {"balance-tlb", 5},   {"balance-alb", 6},
};
inline constexpr Name bondArpValidateNames[] = {
    {"none", 0},   {"active", 1},        {"backup", 2},        {"all", 3},
    {"filter", 4}, {"filter_active", 5}, {"filter_backup", 6},
};
inline constexpr Name bondArpAllTargetsNames[] = {{"any", 0}, {"all", 1}};
inline constexpr Name bondPrimaryReselectNames[] = {{"always", 0}, {"better", 1}, {"failure", 2}};
inline constexpr Name bondFailOverMacNames[] = {{"none", 0}, {"active", 1}, {"follow", 2}};
inline constexpr Name bondXmitHashPolicyNames[] = {
    {"layer2", 0}, {"layer3+4", 1}, {"layer2+3", 2}, {"encap2+3", 3}, {"encap3+4", 4}, {"vlan+srcmac", 5},
};
inline constexpr Name bondLacpRateNames[] = {{"slow", 0}, {"fast", 1}};
inline constexpr Name bondAdSelectNames[] = {
    {"stable", 0}, {"bandwidth", 1}, {"count", 2}, {"actor_port_prio", 3}};

inline constexpr Row bondArpTargetRows[] = {
    {"address", 0, "IFLA_BOND_ARP_IP_TARGET", Type::Ipv4, "One target."},
};
inline constexpr Table bondArpTargets{"BondArpTargets", bondArpTargetRows};

inline constexpr Row bondNsTargetRows[] = {
    {"address", 0, "IFLA_BOND_NS_IP6_TARGET", Type::Ipv6, "One target."},
};
inline constexpr Table bondNsTargets{"BondNsTargets", bondNsTargetRows};

inline constexpr Row bondAdInfoRows[] = {
    {"aggregator", 1, "IFLA_BOND_AD_INFO_AGGREGATOR", Type::U16, "The active aggregator's id.",
     "ad_aggregator", Access::ReadOnly},
    {"portCount", 2, "IFLA_BOND_AD_INFO_NUM_PORTS", Type::U16, "How many ports it has.", "ad_num_ports",
     Access::ReadOnly},
    {"actorKey", 3, "IFLA_BOND_AD_INFO_ACTOR_KEY", Type::U16, "Its own key.", "ad_actor_key",
     Access::ReadOnly},
    {"partnerKey", 4, "IFLA_BOND_AD_INFO_PARTNER_KEY", Type::U16, "The other end's key.", "ad_partner_key",
     Access::ReadOnly},
    {"partnerMac", 5, "IFLA_BOND_AD_INFO_PARTNER_MAC", Type::Mac, "The other end's address.",
     "ad_partner_mac", Access::ReadOnly},
};
inline constexpr Table bondAdInfo{"BondAdInfo", bondAdInfoRows};

inline constexpr Row bondRows[] = {
    {"mode", 1, "IFLA_BOND_MODE", Type::U8,
     "How packets are spread; 'balance-rr' by default. Changed only while the bond has no ports.",
     "mode MODE", Access::ReadWrite, nullptr, oneOf(bondModeNames)},
    {"activePort", 2, "IFLA_BOND_ACTIVE_SLAVE", Type::LinkIndex,
     "The port in use, in modes that use one; 0 in a request lets the kernel choose.",
     "active_slave NAME | clear_active_slave"},
    {"miiMonitor", 3, "IFLA_BOND_MIIMON", Type::U32,
     "Time between looks at the ports' carriers, in milliseconds; 0, the default of a bond made by netlink, "
     "for never.",
     "miimon MILLISECONDS", Access::ReadWrite, nullptr, Names(), 0, INT32_MAX},
    {"upDelay", 4, "IFLA_BOND_UPDELAY", Type::U32,
     "Time a carrier must have been there before its port is used, in milliseconds; a multiple of "
     "`miiMonitor`.",
     "updelay MILLISECONDS", Access::ReadWrite, nullptr, Names(), 0, INT32_MAX},
    {"downDelay", 5, "IFLA_BOND_DOWNDELAY", Type::U32,
     "Time it must have been away before its port is given up, likewise.", "downdelay MILLISECONDS",
     Access::ReadWrite, nullptr, Names(), 0, INT32_MAX},
    {"useCarrier", 6, "IFLA_BOND_USE_CARRIER", Type::Bool,
     "Whether carriers are known by the drivers' word; always on since kernel 6.18.",
     "use_carrier { 0 | 1 }"},
    {"arpInterval", 7, "IFLA_BOND_ARP_INTERVAL", Type::U32,
     "Time between ARP probes, in milliseconds; 0 for none.", "arp_interval MILLISECONDS", Access::ReadWrite,
     nullptr, Names(), 0, INT32_MAX},
    {"arpIpTargets", 8, "IFLA_BOND_ARP_IP_TARGET", Type::List,
     "The addresses probed, at most 16; a request gives all of them.", "arp_ip_target ADDRESS[,ADDRESS]",
     Access::ReadWrite, &bondArpTargets},
    {"arpValidate", 9, "IFLA_BOND_ARP_VALIDATE", Type::U32,
     "Which ports' answers are checked, and whether other traffic counts; 'none' by default.",
     "arp_validate CHOICE", Access::ReadWrite, nullptr, oneOf(bondArpValidateNames)},
    {"arpAllTargets", 10, "IFLA_BOND_ARP_ALL_TARGETS", Type::U32,
     "Whether one target that answers is enough; 'any' by default.", "arp_all_targets CHOICE",
     Access::ReadWrite, nullptr, oneOf(bondArpAllTargetsNames)},
    {"primary", 11, "IFLA_BOND_PRIMARY", Type::LinkIndex, "The port preferred; 0 in a request for none.",
     "primary NAME"},
    {"primaryReselect", 12, "IFLA_BOND_PRIMARY_RESELECT", Type::U8,
     "When the preferred port is taken again; 'always' by default.", "primary_reselect CHOICE",
     Access::ReadWrite, nullptr, oneOf(bondPrimaryReselectNames)},
    {"failOverMac", 13, "IFLA_BOND_FAIL_OVER_MAC", Type::U8,
     "Whether the bond's address is its port's; 'none' by default, changed only while the bond has no ports.",
     "fail_over_mac CHOICE", Access::ReadWrite, nullptr, oneOf(bondFailOverMacNames)},
    {"xmitHashPolicy", 14, "IFLA_BOND_XMIT_HASH_POLICY", Type::U8,
     "By what a packet's port is chosen; 'layer2' by default.", "xmit_hash_policy CHOICE", Access::ReadWrite,
     nullptr, oneOf(bondXmitHashPolicyNames)},
    {"resendIgmp", 15, "IFLA_BOND_RESEND_IGMP", Type::U32,
     "IGMP reports sent after another port took over; 1 by default.", "resend_igmp NUMBER", Access::ReadWrite,
     nullptr, Names(), 0, 255},
    {"peerNotifications", 16, "IFLA_BOND_NUM_PEER_NOTIF", Type::U8,
     "Gratuitous ARPs and neighbour advertisements sent then; 1 by default.", "num_grat_arp NUMBER"},
    {"allPortsActive", 17, "IFLA_BOND_ALL_SLAVES_ACTIVE", Type::Bool,
     "Whether ports not in use receive; off by default.", "all_slaves_active { 0 | 1 }"},
    {"minLinks", 18, "IFLA_BOND_MIN_LINKS", Type::U32,
     "Fewest active ports for the bond to have a carrier; 0 by default.", "min_links NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, INT32_MAX},
    {"lpInterval", 19, "IFLA_BOND_LP_INTERVAL", Type::U32,
     "Time between learning packets to switches, in seconds; 1 by default.", "lp_interval SECONDS",
     Access::ReadWrite, nullptr, Names(), 1, INT32_MAX},
    {"packetsPerPort", 20, "IFLA_BOND_PACKETS_PER_SLAVE", Type::U32,
     "Packets in a row through one port in mode 'balance-rr'; 1 by default, 0 for a random port each.",
     "packets_per_slave NUMBER", Access::ReadWrite, nullptr, Names(), 0, 65535},
    {"lacpRate", 21, "IFLA_BOND_AD_LACP_RATE", Type::U8,
     "How often the other end is asked to send LACP messages: every 30 seconds ('slow', the default) or "
     "every second.",
     "lacp_rate CHOICE", Access::ReadWrite, nullptr, oneOf(bondLacpRateNames)},
    {"adSelect", 22, "IFLA_BOND_AD_SELECT", Type::U8,
     "How the active aggregator is chosen; 'stable' by default.", "ad_select CHOICE", Access::ReadWrite,
     nullptr, oneOf(bondAdSelectNames)},
    {"adInfo", 23, "IFLA_BOND_AD_INFO", Type::Nested, "The active aggregator, in mode '802.3ad'.", "",
     Access::ReadOnly, &bondAdInfo},
    {"adActorSystemPriority", 24, "IFLA_BOND_AD_ACTOR_SYS_PRIO", Type::U16,
     "This end's system priority; 65535 by default.", "ad_actor_sys_prio NUMBER", Access::ReadWrite, nullptr,
     Names(), 1, 65535},
    {"adUserPortKey", 25, "IFLA_BOND_AD_USER_PORT_KEY", Type::U16,
     "The upper ten bits of the ports' keys; 0 by default.", "ad_user_port_key NUMBER", Access::ReadWrite,
     nullptr, Names(), 0, 1023},
    {"adActorSystem", 26, "IFLA_BOND_AD_ACTOR_SYSTEM", Type::Mac,
     "This end's system address; the bond's own by default.", "ad_actor_system LLADDR"},
    {"tlbDynamic", 27, "IFLA_BOND_TLB_DYNAMIC_LB", Type::Bool,
     "Whether flows move between ports by load; on by default, changed only while the bond is down.",
     "tlb_dynamic_lb { 0 | 1 }"},
    {"peerNotificationDelay", 28, "IFLA_BOND_PEER_NOTIF_DELAY", Type::U32,
     "Time between those notifications, in milliseconds; a multiple of `miiMonitor`.",
     "peer_notify_delay MILLISECONDS", Access::ReadWrite, nullptr, Names(), 0, 300000},
    {"lacpActive", 29, "IFLA_BOND_AD_LACP_ACTIVE", Type::Bool,
     "Whether LACP messages are sent unasked; on by default.", "lacp_active { on | off }"},
    {"missedMax", 30, "IFLA_BOND_MISSED_MAX", Type::U8,
     "Probes in a row that may stay unanswered; 2 by default.", "arp_missed_max NUMBER", Access::ReadWrite,
     nullptr, Names(), 1, 255},
    {"nsIp6Targets", 31, "IFLA_BOND_NS_IP6_TARGET", Type::List,
     "As `arpIpTargets`, by neighbour solicitations.", "ns_ip6_target ADDRESS[,ADDRESS]", Access::ReadWrite,
     &bondNsTargets},
    {"coupledControl", 32, "IFLA_BOND_COUPLED_CONTROL", Type::Bool,
     "Whether a port starts receiving and sending at once (IEEE 802.1AX coupled control); on by default.",
     "coupled_control { on | off }"},
    {"broadcastNeighbours", 33, "IFLA_BOND_BROADCAST_NEIGH", Type::Bool,
     "Whether ARP and neighbour discovery leave by all ports; off by default, in mode '802.3ad' only.",
     "broadcast_neighbor { on | off }"},
};
inline constexpr Table bondData{"BondData", bondRows};
inline constexpr Kind bond{"bond", &bondData, &bondPortData};

}  // namespace netplumb::kinds
