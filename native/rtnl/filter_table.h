// A filter of traffic control: what happens to the packets it matches (net/sched/cls_api.c). How it matches
// is tc/filter_kinds.h.
#pragma once

#include "rtnl/qdisc_table.h"
#include "rtnl/tc/filter_kinds.h"

namespace netplumb {

inline constexpr Name etherTypeNames[] = {{"all", 0x0003}, {"802.1Q", 0x8100}, {"802.1ad", 0x88a8},
                                          {"arp", 0x0806}, {"ip", 0x0800},     {"ipv6", 0x86dd}};

inline constexpr Row filterHeaderRows[] = {
    tcLinkRow,
    {"handle", 8, "tcm_handle", Type::U32,
     "Its number within the priority; chosen by the kernel where left out.", "handle NUMBER"},
    {"parent", 12, "tcm_parent", Type::TcHandle,
     "Where it stands: a discipline, a class; 'ffff:fff2' and 'ffff:fff3' are ingress and egress of clsact.",
     "root | ingress | egress | parent CLASSID"},
    // tcm_info in two halves.
    {"protocol", 16, "TC_H_MIN(tcm_info)", Type::Be16, "The packets it looks at.", "protocol PROTOCOL",
     Access::ReadWrite, nullptr, oneOf(etherTypeNames)},
    {"priority", 18, "TC_H_MAJ(tcm_info)", Type::U16,
     "Lower ones are asked first; chosen by the kernel where left out.", "prio NUMBER"},
};
inline constexpr Table filterHeader{"TrafficFilterHeader", filterHeaderRows, 20};

inline constexpr Row filterRows[] = {
    tcKindRow,
    {"options", 2, "TCA_OPTIONS", Type::Choice, "How the kind matches, and what is done then.", "",
     Access::ReadWrite, &filterKinds},
    tcXstatsRow,
    tcRateRow,
    tcStatsRow,
    {"chain", 11, "TCA_CHAIN", Type::U32, "The chain it stands in; 0 by default.", "chain NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, 0x0fffffff},
    {"dumpFlags", 15, "TCA_DUMP_FLAGS", Type::Bytes, "Has a list leave out all but the actions' kinds.", "",
     Access::WriteOnly},
    {"warning", 16, "TCA_EXT_WARN_MSG", Type::Text, "What the kernel remarks about it.", "",
     Access::ReadOnly},
};
inline constexpr Table filterTable{"TrafficFilterAttributes", filterRows};

inline constexpr Object filterObject{"filter",       &filterHeader,  &filterTable,
                                     RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER,
                                     RTM_NEWTFILTER, Undo::Echo,     0,
                                     true,           tcIdentity,     0};

}  // namespace netplumb
