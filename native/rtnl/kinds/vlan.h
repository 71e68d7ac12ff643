// vlan: the tagged traffic of one VLAN on another link. Kernel: net/8021q/vlan_netlink.c (vlan_policy and
// vlan_fill_info), include/uapi/linux/if_vlan.h.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/vlan_protocol_names.h"

namespace netplumb::kinds {

// enum vlan_flags
inline constexpr Name vlanFlagNames[] = {
    {"reorderHeader", 1}, {"gvrp", 2}, {"looseBinding", 4}, {"mvrp", 8}, {"bridgeBinding", 16},
};
inline constexpr Row vlanFlagsRows[] = {
    {"flags", 0, "flags", Type::U32, "Those that are on.", "", Access::ReadWrite, nullptr,
     anyOf(vlanFlagNames)},
    {"mask", 4, "mask", Type::U32, "Those a request changes; in a read, all.", "", Access::ReadWrite, nullptr,
     anyOf(vlanFlagNames)},
};
inline constexpr Table vlanFlags{"VlanFlags", vlanFlagsRows, 8};

inline constexpr Row vlanQosMappingRows[] = {
    {"from", 0, "from", Type::U32,
     "Outwards the packet's priority (skb->priority), inwards the tag's, 0 to 7."},
    {"to", 4, "to", Type::U32,
     "What that becomes: outwards the tag's priority, 0 to 7, inwards the packet's."},
};
inline constexpr Table vlanQosMapping{"VlanQosMapping", vlanQosMappingRows, 8};

inline constexpr Row vlanQosMapRows[] = {
    {"mapping", 1, "IFLA_VLAN_QOS_MAPPING", Type::Struct, "One priority and what it becomes.", "FROM:TO",
     Access::ReadWrite, &vlanQosMapping},
};
inline constexpr Table vlanQosMap{"VlanQosMap", vlanQosMapRows};

inline constexpr Row vlanRows[] = {
    {"id", 1, "IFLA_VLAN_ID", Type::U16, "The VLAN; fixed at creation, and needed there.", "id NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, 4094},
    {"flags", 2, "IFLA_VLAN_FLAGS", Type::Struct,
     "What is on or off; only 'reorderHeader', which takes the tag out of received packets, is on by "
     "default.",
     "{ reorder_hdr | gvrp | loose_binding | mvrp | bridge_binding } { on | off }", Access::ReadWrite,
     &vlanFlags},
    {"egressQos", 3, "IFLA_VLAN_EGRESS_QOS", Type::List,
     "Priorities of packets sent; what is not named is sent with 0. A request adds to those there are.",
     "egress-qos-map FROM:TO", Access::ReadWrite, &vlanQosMap},
    {"ingressQos", 4, "IFLA_VLAN_INGRESS_QOS", Type::List,
     "Priorities of packets received; what is not named gets 0. A request adds to those there are.",
     "ingress-qos-map FROM:TO", Access::ReadWrite, &vlanQosMap},
    {"protocol", 5, "IFLA_VLAN_PROTOCOL", Type::Be16, "The tag; '802.1Q' by default, fixed at creation.",
     "protocol PROTOCOL", Access::ReadWrite, nullptr, oneOf(vlanProtocolNames)},
};
inline constexpr Table vlanData{"VlanData", vlanRows};
inline constexpr Kind vlan{"vlan", &vlanData};

}  // namespace netplumb::kinds
