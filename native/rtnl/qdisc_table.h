// A queueing discipline of a link: struct tcmsg and TCA_* (include/uapi/linux/rtnetlink.h,
// net/sched/sch_api.c). What the kinds keep is tc/qdisc_kinds.h.
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"
#include "rtnl/tc/qdisc_kinds.h"

namespace netplumb {

inline constexpr Row tcLinkRow{"index", 4, "tcm_ifindex", Type::LinkIndex, "The link.", "dev NAME"};

inline constexpr Row qdiscHeaderRows[] = {
    tcLinkRow,
    {"handle", 8, "tcm_handle", Type::TcHandle,
     "Its handle, such as '1:'; chosen by the kernel where left out.", "handle HANDLE"},
    {"parent", 12, "tcm_parent", Type::TcHandle, "Where it stands: 'root', 'ingress', 'clsact', or a class.",
     "root | ingress | parent CLASSID"},
    {"references", 16, "tcm_info", Type::U32, "Its users.", "refcnt", Access::ReadOnly},
};
inline constexpr Table qdiscHeader{"QdiscHeader", qdiscHeaderRows, 20};

// The rows that disciplines, classes and filters share.
inline constexpr Row tcKindRow{"kind", 1, "TCA_KIND", Type::Text, "The kind, such as 'tbf' or 'u32'.",
                               "KIND"};
inline constexpr Row tcOldStatsRow{
    "oldStats",       3,          "TCA_STATS", Type::Struct, "Counters cut to 32 bits; use `stats`.", "",
    Access::ReadOnly, &tcOldStats};
inline constexpr Row tcXstatsRow{"xstats",
                                 4,
                                 "TCA_XSTATS",
                                 Type::Bytes,
                                 "What the kind counts beyond that, in a layout of its own.",
                                 "-s",
                                 Access::ReadOnly};
inline constexpr Row tcRateRow{"estimator",
                               5,
                               "TCA_RATE",
                               Type::Bytes,
                               "struct gnet_estimator: how to estimate the rate.",
                               "estimator INTERVAL TIME"};
inline constexpr Row tcStatsRow{
    "stats", 7, "TCA_STATS2", Type::Nested, "What it counted.", "-s", Access::ReadOnly, &tcStats};

inline constexpr Row qdiscRows[] = {
    tcKindRow,
    {"options", 2, "TCA_OPTIONS", Type::Choice, "What the kind keeps.", "", Access::ReadWrite, &qdiscKinds},
    tcOldStatsRow,
    tcXstatsRow,
    tcRateRow,
    tcStatsRow,
    {"sizeTable", 8, "TCA_STAB", Type::Bytes, "What packets of each size count for.", "stab …"},
    {"dumpInvisible", 10, "TCA_DUMP_INVISIBLE", Type::Flag,
     "Has a list show those that are hidden by default.", "invisible"},
    {"hardwareOffload", 12, "TCA_HW_OFFLOAD", Type::U8, "Whether the hardware does it.", "offloaded",
     Access::ReadOnly},
    {"ingressBlock", 13, "TCA_INGRESS_BLOCK", Type::U32,
     "The block of filters for what comes in, shared by number.", "ingress_block NUMBER", Access::ReadWrite,
     nullptr, Names(), 1},
    {"egressBlock", 14, "TCA_EGRESS_BLOCK", Type::U32,
     "The block of filters for what goes out, shared by number.", "egress_block NUMBER", Access::ReadWrite,
     nullptr, Names(), 1},
};
inline constexpr Table qdiscTable{"QdiscAttributes", qdiscRows};

// Its handle and kind, without which a removal takes whatever stands in the place.
inline constexpr uint16_t tcIdentity[] = {TCA_KIND, TCA_CHAIN};

inline constexpr Object qdiscObject{
    "qdisc",      &qdiscHeader, &qdiscTable, RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC,
    RTM_NEWQDISC, Undo::Echo,   0,           true,         tcIdentity};

}  // namespace netplumb
