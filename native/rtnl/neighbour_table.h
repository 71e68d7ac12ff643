// A neighbour, or an entry of a bridge's or a VXLAN's forwarding table, which to the kernel are one object:
// struct ndmsg and NDA_* (include/uapi/linux/neighbour.h, net/core/neighbour.c, net/core/rtnetlink.c).
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/route_header_table.h"

namespace netplumb {

inline constexpr Name neighbourFamilyNames[] = {
    {"unspecified", 0}, {"inet", 2}, {"bridge", 7}, {"inet6", 10}};
inline constexpr Name neighbourStateNames[] = {{"incomplete", 0x01}, {"reachable", 0x02}, {"stale", 0x04},
                                               {"delay", 0x08},      {"probe", 0x10},     {"failed", 0x20},
                                               {"noArp", 0x40},      {"permanent", 0x80}};
inline constexpr Name neighbourFlagNames[] = {{"use", 0x01},    {"self", 0x02},       {"master", 0x04},
                                              {"proxy", 0x08},  {"extLearned", 0x10}, {"offloaded", 0x20},
                                              {"sticky", 0x40}, {"router", 0x80}};
inline constexpr Name neighbourExtFlagNames[] = {{"managed", 1}, {"locked", 2}, {"extValidated", 4}};

inline constexpr Row neighbourHeaderRows[] = {
    {"family", 0, "ndm_family", Type::U8, "The address family; 'bridge' for a forwarding table.", "-4 | -6",
     Access::ReadWrite, nullptr, oneOf(neighbourFamilyNames)},
    {"index", 4, "ndm_ifindex", Type::LinkIndex, "The link it is on.", "dev NAME"},
    {"state", 8, "ndm_state", Type::U16, "How much is known of it (NUD_*); none of them for none.",
     "nud STATE", Access::ReadWrite, nullptr, anyOf(neighbourStateNames)},
    {"flags", 10, "ndm_flags", Type::U8, "What it is and where it stands (NTF_*).",
     "self | master | proxy | router | extern_learn | sticky | use", Access::ReadWrite, nullptr,
     anyOf(neighbourFlagNames)},
    {"type", 11, "ndm_type", Type::U8, "What its address is.", "-d", Access::ReadOnly, nullptr,
     oneOf(routeTypeNames)},
};
inline constexpr Table neighbourHeader{"NeighbourHeader", neighbourHeaderRows, 12};

inline constexpr Row neighbourCacheInfoRows[] = {
    {"confirmed", 0, "ndm_confirmed", Type::U32, "Time since it was confirmed, in hundredths of a second.",
     "-s", Access::ReadOnly},
    {"used", 4, "ndm_used", Type::U32, "Time since it was used, in hundredths of a second.", "-s",
     Access::ReadOnly},
    {"updated", 8, "ndm_updated", Type::U32, "Time since it changed, in hundredths of a second.", "-s",
     Access::ReadOnly},
    {"references", 12, "ndm_refcnt", Type::U32, "Its users.", "-s", Access::ReadOnly},
};
inline constexpr Table neighbourCacheInfo{"NeighbourCacheInfo", neighbourCacheInfoRows, 16};

inline constexpr Name fdbNotifyNames[] = {{"notify", 1}, {"notifyInactive", 2}};
inline constexpr Row fdbExtRows[] = {
    {"activityNotify", 1, "NFEA_ACTIVITY_NOTIFY", Type::U8, "Whether becoming active or inactive is told.",
     "activity_notify", Access::ReadWrite, nullptr, anyOf(fdbNotifyNames)},
    {"dontRefresh", 2, "NFEA_DONT_REFRESH", Type::Flag, "Leaves the time of its last use as it is.",
     "norefresh", Access::WriteOnly},
};
inline constexpr Table fdbExt{"FdbExt", fdbExtRows};

inline constexpr Row neighbourRows[] = {
    {"destination", 1, "NDA_DST", Type::Ip, "Its address; of a VXLAN's entry that of the remote.",
     "dst ADDRESS"},
    {"linkAddress", 2, "NDA_LLADDR", Type::Mac, "Its link-layer address.", "lladdr LLADDR"},
    {"cacheInfo", 3, "NDA_CACHEINFO", Type::Struct, "Times and users.", "-s", Access::ReadOnly,
     &neighbourCacheInfo},
    {"probes", 4, "NDA_PROBES", Type::U32, "How often it was asked for in vain.", "probes NUMBER",
     Access::ReadOnly},
    {"vlan", 5, "NDA_VLAN", Type::U16, "The VLAN of a bridge's entry.", "vlan VID", Access::ReadWrite,
     nullptr, Names(), 0, 4095},
    {"port", 6, "NDA_PORT", Type::Be16, "The UDP port of a VXLAN's remote.", "port PORT"},
    {"vni", 7, "NDA_VNI", Type::U32, "The VNI at a VXLAN's remote.", "vni VNI", Access::ReadWrite, nullptr,
     Names(), 0, 0xffffff},
    {"outputLink", 8, "NDA_IFINDEX", Type::LinkIndex,
     "The link a VXLAN's remote is reached by; in a list the link it is about.", "via NAME"},
    {"master", 9, "NDA_MASTER", Type::LinkIndex,
     "The bridge an entry belongs to; in a list the links' master.", "master NAME"},
    {"linkNetNsId", 10, "NDA_LINK_NETNSID", Type::S32,
     "The namespace of `outputLink`, as an id of this one's.", "link-netnsid NUMBER", Access::ReadOnly},
    {"sourceVni", 11, "NDA_SRC_VNI", Type::U32, "The VNI that a VXLAN's entry is for.", "src_vni VNI",
     Access::ReadWrite, nullptr, Names(), 0, 0xffffff},
    {"protocol", 12, "NDA_PROTOCOL", Type::U8, "Who added it.", "protocol PROTOCOL", Access::ReadWrite,
     nullptr, oneOf(routeProtocolNames)},
    {"nextHopId", 13, "NDA_NH_ID", Type::U32, "The next-hop group of remotes, instead of one.",
     "nhid NUMBER"},
    {"fdbExt", 14, "NDA_FDB_EXT_ATTRS", Type::Nested, "What is particular to a bridge's entry.", "",
     Access::ReadWrite, &fdbExt},
    {"extFlags", 15, "NDA_FLAGS_EXT", Type::U32, "Further flags (NTF_EXT_*).", "managed | extern_valid",
     Access::ReadWrite, nullptr, anyOf(neighbourExtFlagNames)},
    {"stateMask", 16, "NDA_NDM_STATE_MASK", Type::U16, "Which states a removal of many is about.", "",
     Access::WriteOnly, nullptr, anyOf(neighbourStateNames)},
    {"flagsMask", 17, "NDA_NDM_FLAGS_MASK", Type::U8, "Which flags a removal of many is about.", "",
     Access::WriteOnly, nullptr, anyOf(neighbourFlagNames)},
};
inline constexpr Table neighbourTable{"NeighbourAttributes", neighbourRows};

inline constexpr Object neighbourObject{"neighbour",  &neighbourHeader, &neighbourTable, RTM_NEWNEIGH,
                                        RTM_DELNEIGH, RTM_GETNEIGH,     RTM_NEWNEIGH};

}  // namespace netplumb
