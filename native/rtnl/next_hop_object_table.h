// A next hop as an object of its own, and groups of them: struct nhmsg and NHA_*
// (include/uapi/linux/nexthop.h, net/ipv4/nexthop.c). Those inside a route's multipath are next_hop_table.h.
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/route_table.h"

namespace netplumb {

inline constexpr Row nextHopObjectHeaderRows[] = {
    {"family", 0, "nh_family", Type::U8, "The address family; unspecified for a group.", "-4 | -6",
     Access::ReadWrite, nullptr, oneOf(routeFamilyNames)},
    {"scope", 1, "nh_scope", Type::U8, "How far it is.", "scope SCOPE", Access::ReadOnly, nullptr,
     oneOf(scopeNames)},
    {"protocol", 2, "nh_protocol", Type::U8, "Who added it.", "proto PROTOCOL", Access::ReadWrite, nullptr,
     oneOf(routeProtocolNames)},
    {"flags", 4, "nh_flags", Type::U32, "State and behaviour (RTNH_F_*).", "onlink", Access::ReadWrite,
     nullptr, anyOf(routeFlagNames)},
};
inline constexpr Table nextHopObjectHeader{"NextHopObjectHeader", nextHopObjectHeaderRows, 8};

inline constexpr Row nextHopMemberRows[] = {
    {"id", 0, "id", Type::U32, "The member's id.", "group ID,WEIGHT"},
    {"weight", 4, "weight", Type::U8, "Its weight, minus one.", "group ID,WEIGHT"},
};
inline constexpr Table nextHopMember{"NextHopMember", nextHopMemberRows, 8};

inline constexpr Name nextHopGroupTypeNames[] = {{"multipath", 0}, {"resilient", 1}};

inline constexpr Row resilientGroupRows[] = {
    {"buckets", 1, "NHA_RES_GROUP_BUCKETS", Type::U16, "Number of buckets, fixed at creation.",
     "buckets NUMBER"},
    {"idleTimer", 2, "NHA_RES_GROUP_IDLE_TIMER", Type::U32,
     "How long a bucket without traffic stays, in hundredths of a second; 12000 by default.",
     "idle_timer TIME"},
    {"unbalancedTimer", 3, "NHA_RES_GROUP_UNBALANCED_TIMER", Type::U32,
     "How long the group may be out of balance, in hundredths of a second; for ever by default.",
     "unbalanced_timer TIME"},
    {"unbalancedTime", 4, "NHA_RES_GROUP_UNBALANCED_TIME", Type::U64,
     "How long it has been out of balance, in hundredths of a second.", "unbalanced_time TIME",
     Access::ReadOnly},
};
inline constexpr Table resilientGroup{"ResilientGroup", resilientGroupRows};

inline constexpr Row resilientBucketRows[] = {
    {"index", 1, "NHA_RES_BUCKET_INDEX", Type::U16, "The bucket's number.", "index NUMBER", Access::ReadOnly},
    {"idleTime", 2, "NHA_RES_BUCKET_IDLE_TIME", Type::U64, "Time without traffic, in hundredths of a second.",
     "idle_time TIME", Access::ReadOnly},
    {"nextHopId", 3, "NHA_RES_BUCKET_NH_ID", Type::U32, "The next hop it leads to.", "nhid NUMBER",
     Access::ReadOnly},
};
inline constexpr Table resilientBucket{"ResilientBucket", resilientBucketRows};

inline constexpr Row nextHopStatsEntryRows[] = {
    {"id", 1, "NHA_GROUP_STATS_ENTRY_ID", Type::U32, "The member's id.", "-s", Access::ReadOnly},
    {"packets", 2, "NHA_GROUP_STATS_ENTRY_PACKETS", Type::Uint, "Packets it was given.", "-s",
     Access::ReadOnly},
    {"hardwarePackets", 3, "NHA_GROUP_STATS_ENTRY_PACKETS_HW", Type::Uint, "Of them in hardware.", "-s",
     Access::ReadOnly},
};
inline constexpr Table nextHopStatsEntry{"NextHopStatsEntry", nextHopStatsEntryRows};
inline constexpr Row nextHopStatsRows[] = {
    {"entry", 1, "NHA_GROUP_STATS_ENTRY", Type::Nested, "What a member counted.", "-s", Access::ReadOnly,
     &nextHopStatsEntry},
};
inline constexpr Table nextHopStats{"NextHopStats", nextHopStatsRows};

inline constexpr Name nextHopDumpNames[] = {{"dumpStats", 1}, {"dumpHardwareStats", 2}, {"resetSupport", 4}};

inline constexpr Row nextHopObjectRows[] = {
    {"id", 1, "NHA_ID", Type::U32, "Its number; chosen by the kernel where left out.", "id NUMBER"},
    {"group", 2, "NHA_GROUP", Type::Structs, "Of a group: its members.", "group ID,WEIGHT/…",
     Access::ReadWrite, &nextHopMember},
    {"groupType", 3, "NHA_GROUP_TYPE", Type::U16, "How a group chooses; 'multipath' by default.", "type TYPE",
     Access::ReadWrite, nullptr, oneOf(nextHopGroupTypeNames)},
    {"blackhole", 4, "NHA_BLACKHOLE", Type::Flag, "Packets are dropped.", "blackhole"},
    {"outputLink", 5, "NHA_OIF", Type::LinkIndex, "The link packets leave by.", "dev NAME"},
    {"gateway", 6, "NHA_GATEWAY", Type::Ip, "The router to send to.", "via ADDRESS"},
    {"encapType", 7, "NHA_ENCAP_TYPE", Type::U16, "How packets are wrapped.", "encap TYPE …",
     Access::ReadWrite, nullptr, oneOf(encapTypeNames)},
    {"encap", 8, "NHA_ENCAP", Type::Encap, "The parameters of that, as the kernel encodes them.",
     "encap TYPE …"},
    {"groups", 9, "NHA_GROUPS", Type::Flag, "Has a list show groups only.", "groups", Access::WriteOnly},
    {"master", 10, "NHA_MASTER", Type::LinkIndex, "Has a list show those by links of this master only.",
     "master NAME", Access::WriteOnly},
    {"fdb", 11, "NHA_FDB", Type::Flag, "It is a remote of a VXLAN, for forwarding tables only.", "fdb"},
    {"resilient", 12, "NHA_RES_GROUP", Type::Nested, "Of a resilient group.", "type resilient …",
     Access::ReadWrite, &resilientGroup},
    {"bucket", 13, "NHA_RES_BUCKET", Type::Nested, "Of a group's bucket.", "", Access::ReadOnly,
     &resilientBucket},
    {"operationFlags", 14, "NHA_OP_FLAGS", Type::U32, "What a get or list shall include.", "",
     Access::WriteOnly, nullptr, anyOf(nextHopDumpNames)},
    {"stats", 15, "NHA_GROUP_STATS", Type::List, "What each member of a group counted.", "-s",
     Access::ReadOnly, &nextHopStats},
    {"hardwareStats", 16, "NHA_HW_STATS_ENABLE", Type::U32, "1 to have the hardware count too.",
     "hw_stats { on | off }"},
    {"usedHardwareStats", 17, "NHA_HW_STATS_USED", Type::U32, "Whether the hardware does count.", "used",
     Access::ReadOnly},
};
inline constexpr Table nextHopObjectTable{"NextHopObjectAttributes", nextHopObjectRows};

// A removal names the id and nothing else (nh_valid_get_del_req).
inline constexpr uint16_t nextHopIdentity[] = {1};

inline constexpr Object nextHopObject{"nextHop",
                                      &nextHopObjectHeader,
                                      &nextHopObjectTable,
                                      104,
                                      105,
                                      106,
                                      104,
                                      Undo::Echo,
                                      0x100,
                                      true,
                                      nextHopIdentity,
                                      0x100,
                                      1};

// A bucket of a resilient group: the kernel makes and moves them, a request can only list them.
inline constexpr Object nextHopBucketObject{
    "nextHopBucket", &nextHopObjectHeader, &nextHopObjectTable, 116, 117, 118, 116};

}  // namespace netplumb
