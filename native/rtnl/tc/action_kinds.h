// What a filter does with packets that match: TCA_ACT_* and the options of each kind of action
// (include/uapi/linux/pkt_cls.h, tc_act/*.h).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/tc/rate_table.h"

namespace netplumb {

// Others carry a number in their lower 28 bits: 0x10000000 jumps over so many actions, 0x20000000 goes to a
// chain.
inline constexpr Name tcControlNames[] = {{"unspecified", 0xffffffff},
                                          {"ok", 0},
                                          {"reclassify", 1},
                                          {"shot", 2},
                                          {"pipe", 3},
                                          {"stolen", 4},
                                          {"queued", 5},
                                          {"repeat", 6},
                                          {"redirect", 7},
                                          {"trap", 8}};
inline constexpr std::string_view tcControlMeaning =
    "What becomes of the packet: 'shot' drops, 'pipe' goes on.";

inline constexpr Row tcTimesRows[] = {
    {"installed", 0, "install", Type::U64, "Age, in hundredths of a second.", "-s", Access::ReadOnly},
    {"lastUse", 8, "lastuse", Type::U64, "Time since its last use, in hundredths of a second.", "-s",
     Access::ReadOnly},
    {"expires", 16, "expires", Type::U64, "Time until it expires, in hundredths of a second.", "-s",
     Access::ReadOnly},
    {"firstUse", 24, "firstuse", Type::U64, "Time since its first use, in hundredths of a second.", "-s",
     Access::ReadOnly},
};
inline constexpr Table tcTimes{"TcTimes", tcTimesRows, 32};

inline constexpr Row policeParmsRows[] = {
    {"index", 0, "index", Type::U32, "The action's number; chosen by the kernel where 0.", "index NUMBER"},
    {"action", 4, "action", Type::U32, "What becomes of packets beyond the rate.", "conform-exceed ACTION",
     Access::ReadWrite, nullptr, oneOf(tcControlNames)},
    {"limit", 8, "limit", Type::U32, "No longer used."},
    {"burst", 12, "burst", Type::U32, "The bucket, as the time in ticks it takes to send it.", "burst BYTES"},
    {"mtu", 16, "mtu", Type::U32, "Longer packets are beyond the rate; 0 for no limit.", "mtu BYTES"},
    {"rate", 20, "rate", Type::Struct, "How fast tokens come.", "rate RATE", Access::ReadWrite, &rateSpec},
    {"peakRate", 32, "peakrate", Type::Struct, "How fast packets may come at most; none by default.",
     "peakrate RATE", Access::ReadWrite, &rateSpec},
    {"references", 44, "refcnt", Type::S32, "Users of the action.", "ref", Access::ReadOnly},
    {"bindings", 48, "bindcnt", Type::S32, "Filters among them.", "bind", Access::ReadOnly},
    {"capability", 52, "capab", Type::U32, "No longer used."},
};
inline constexpr Table policeParms{"PoliceParms", policeParmsRows, 56};

inline constexpr Row policeRows[] = {
    {"parms", 1, "TCA_POLICE_TBF", Type::Struct, "Rate and bucket.", "", Access::ReadWrite, &policeParms},
    {"rateTable", 2, "TCA_POLICE_RATE", Type::U32Array,
     "256 ticks by packet size, which must stand beside a rate.", "", Access::WriteOnly},
    {"peakTable", 3, "TCA_POLICE_PEAKRATE", Type::U32Array, "The same for the peak rate.", "",
     Access::WriteOnly},
    {"averageRate", 4, "TCA_POLICE_AVRATE", Type::U32, "Bytes per second that an estimator must find.",
     "avrate RATE"},
    {"conform", 5, "TCA_POLICE_RESULT", Type::U32,
     "What becomes of packets within the rate; 'ok' by default.", "conform-exceed EXCEED/CONFORM",
     Access::ReadWrite, nullptr, oneOf(tcControlNames)},
    {"times", 6, "TCA_POLICE_TM", Type::Struct, "Age and use.", "-s", Access::ReadOnly, &tcTimes},
    {"rate64", 8, "TCA_POLICE_RATE64", Type::U64, "Bytes per second, where 32 bits do not hold them.",
     "rate RATE"},
    {"peakRate64", 9, "TCA_POLICE_PEAKRATE64", Type::U64,
     "Peak bytes per second, where 32 bits do not hold them.", "peakrate RATE"},
    {"packetRate64", 10, "TCA_POLICE_PKTRATE64", Type::U64, "Packets per second, instead of bytes.",
     "pkts_rate NUMBER"},
    {"packetBurst64", 11, "TCA_POLICE_PKTBURST64", Type::U64,
     "The bucket of packets, as the time in ticks it takes to fill.", "pkts_burst NUMBER"},
};
inline constexpr Table police{"Police", policeRows};

inline constexpr Name mirredDirectionNames[] = {
    {"egressRedirect", 1}, {"egressMirror", 2}, {"ingressRedirect", 3}, {"ingressMirror", 4}};
inline constexpr Row mirredParmsRows[] = {
    {"index", 0, "index", Type::U32, "The action's number; chosen by the kernel where 0.", "index NUMBER"},
    {"capability", 4, "capab", Type::U32, "No longer used."},
    {"action", 8, "action", Type::U32, tcControlMeaning, "", Access::ReadWrite, nullptr,
     oneOf(tcControlNames)},
    {"references", 12, "refcnt", Type::S32, "Users of the action.", "ref", Access::ReadOnly},
    {"bindings", 16, "bindcnt", Type::S32, "Filters among them.", "bind", Access::ReadOnly},
    {"direction", 20, "eaction", Type::U32, "Whether the packet or a copy goes, and as sent or as received.",
     "egress redirect | egress mirror | …", Access::ReadWrite, nullptr, oneOf(mirredDirectionNames)},
    {"link", 24, "ifindex", Type::LinkIndex, "Where it goes.", "dev NAME"},
};
inline constexpr Table mirredParms{"MirredParms", mirredParmsRows, 28};

inline constexpr Row mirredRows[] = {
    {"times", 1, "TCA_MIRRED_TM", Type::Struct, "Age and use.", "-s", Access::ReadOnly, &tcTimes},
    {"parms", 2, "TCA_MIRRED_PARMS", Type::Struct, "Where packets go.", "", Access::ReadWrite, &mirredParms},
    {"block", 4, "TCA_MIRRED_BLOCKID", Type::U32, "A block whose links all get a copy, instead of one link.",
     "blockid NUMBER"},
};
inline constexpr Table mirred{"Mirred", mirredRows};

inline constexpr Row gactParmsRows[] = {
    {"index", 0, "index", Type::U32, "The action's number; chosen by the kernel where 0.", "index NUMBER"},
    {"capability", 4, "capab", Type::U32, "No longer used."},
    {"action", 8, "action", Type::U32, tcControlMeaning, "pass | drop | …", Access::ReadWrite, nullptr,
     oneOf(tcControlNames)},
    {"references", 12, "refcnt", Type::S32, "Users of the action.", "ref", Access::ReadOnly},
    {"bindings", 16, "bindcnt", Type::S32, "Filters among them.", "bind", Access::ReadOnly},
};
inline constexpr Table gactParms{"GactParms", gactParmsRows, 20};

inline constexpr Row gactRows[] = {
    {"times", 1, "TCA_GACT_TM", Type::Struct, "Age and use.", "-s", Access::ReadOnly, &tcTimes},
    {"parms", 2, "TCA_GACT_PARMS", Type::Struct, "What becomes of packets.", "", Access::ReadWrite,
     &gactParms},
    {"random", 3, "TCA_GACT_PROB", Type::Bytes, "struct tc_gact_p: another control for some of the packets.",
     "random TYPE …"},
};
inline constexpr Table gact{"Gact", gactRows};

inline constexpr Row actionKindRows[] = {
    {"gact", 1, "gact", Type::Nested, "Passes or drops.", "gact", Access::ReadWrite, &gact},
    {"mirred", 2, "mirred", Type::Nested, "Sends to another link.", "mirred", Access::ReadWrite, &mirred},
    {"police", 3, "police", Type::Nested, "Lets a rate pass.", "police", Access::ReadWrite, &police},
};
inline constexpr Table actionKinds{"ActionKinds", actionKindRows};

inline constexpr Name actionFlagNames[] = {{"noPerCpuStats", 1}, {"skipHardware", 2}, {"skipSoftware", 4}};
inline constexpr Row actionFlagsRows[] = {
    {"value", 0, "value", Type::U32, "The flags that are set.", "", Access::ReadWrite, nullptr,
     anyOf(actionFlagNames)},
    {"selector", 4, "selector", Type::U32, "The flags that are meant.", "", Access::ReadWrite, nullptr,
     anyOf(actionFlagNames)},
};
inline constexpr Table actionFlags{"ActionFlags", actionFlagsRows, 8};

inline constexpr Name actionHardwareStatsNames[] = {{"immediate", 1}, {"delayed", 2}};
inline constexpr Row actionHardwareStatsRows[] = {
    {"value", 0, "value", Type::U32, "The ways of counting that are wanted, or used.", "", Access::ReadWrite,
     nullptr, anyOf(actionHardwareStatsNames)},
    {"selector", 4, "selector", Type::U32, "The ways that are meant.", "", Access::ReadWrite, nullptr,
     anyOf(actionHardwareStatsNames)},
};
inline constexpr Table actionHardwareStats{"ActionHardwareStats", actionHardwareStatsRows, 8};

inline constexpr Row actionRows[] = {
    {"kind", 1, "TCA_ACT_KIND", Type::Text, "The kind of action, such as 'police' or 'mirred'.",
     "action KIND"},
    {"options", 2, "TCA_ACT_OPTIONS", Type::Choice, "What the kind does.", "", Access::ReadWrite,
     &actionKinds},
    {"index", 3, "TCA_ACT_INDEX", Type::U32, "The action's number.", "index NUMBER"},
    {"stats", 4, "TCA_ACT_STATS", Type::Nested, "What it counted.", "-s", Access::ReadOnly, &tcStats},
    {"cookie", 6, "TCA_ACT_COOKIE", Type::Bytes, "At most 16 bytes that the user may keep here.",
     "cookie BYTES"},
    {"flags", 7, "TCA_ACT_FLAGS", Type::Struct, "How it counts and where it runs.",
     "no_percpu | skip_hw | skip_sw", Access::ReadWrite, &actionFlags},
    {"hardwareStats", 8, "TCA_ACT_HW_STATS", Type::Struct, "How hardware is to count.", "hw_stats TYPE",
     Access::ReadWrite, &actionHardwareStats},
    {"usedHardwareStats", 9, "TCA_ACT_USED_HW_STATS", Type::Struct, "How hardware does count.",
     "used_hw_stats", Access::ReadOnly, &actionHardwareStats},
    {"inHardwareCount", 10, "TCA_ACT_IN_HW_COUNT", Type::U32, "How often it stands in hardware.",
     "in_hw_count", Access::ReadOnly},
};
inline constexpr Table action{"Action", actionRows};

// Numbered by their order, in which they run.
inline constexpr Row actionListRows[] = {
    {"action", 0, "order", Type::Nested, "An action.", "action KIND …", Access::ReadWrite, &action, Names(),
     1},
};
inline constexpr Table actionList{"Actions", actionListRows};

}  // namespace netplumb
