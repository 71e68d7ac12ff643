// A class inside a queueing discipline that has them (net/sched/sch_api.c). Its options are the discipline's.
#pragma once

#include "rtnl/qdisc_table.h"

namespace netplumb {

inline constexpr Row classHeaderRows[] = {
    tcLinkRow,
    {"handle", 8, "tcm_handle", Type::TcHandle, "Its number, such as '1:10'.", "classid CLASSID"},
    {"parent", 12, "tcm_parent", Type::TcHandle, "The class or discipline it stands below.",
     "root | parent CLASSID"},
    {"leaf", 16, "tcm_info", Type::TcHandle, "The discipline below it.", "leaf HANDLE", Access::ReadOnly},
};
inline constexpr Table classHeader{"TrafficClassHeader", classHeaderRows, 20};

inline constexpr Row classRows[] = {
    tcKindRow,
    {"options", 2, "TCA_OPTIONS", Type::Choice, "What the kind keeps about a class.", "", Access::ReadWrite,
     &qdiscKinds},
    tcOldStatsRow,
    tcXstatsRow,
    tcRateRow,
    tcStatsRow,
};
inline constexpr Table classTable{"TrafficClassAttributes", classRows};

inline constexpr Object classObject{
    "class",       &classHeader, &classTable, RTM_NEWTCLASS, RTM_DELTCLASS, RTM_GETTCLASS,
    RTM_NEWTCLASS, Undo::Echo,   0,           true,          tcIdentity,    0};

}  // namespace netplumb
