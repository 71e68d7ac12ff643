// What traffic control says of rates and counts in every kind: struct tc_ratespec and TCA_STATS2
// (include/uapi/linux/pkt_sched.h, gen_stats.h). A rate is in bytes per second. A time inside these structs
// is in ticks of 64 ns (PSCHED_SHIFT, include/net/pkt_sched.h), which /proc/net/psched tells.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name tcLinkLayerNames[] = {{"unaware", 0}, {"ethernet", 1}, {"atm", 2}};

inline constexpr Row rateSpecRows[] = {
    {"cellLog", 0, "cell_log", Type::U8,
     "The binary logarithm of the packet sizes that share a rate table's cell."},
    {"linkLayer", 1, "linklayer", Type::U8,
     "What a packet costs on the link; 'unaware' has the kernel read it out of the rate table.",
     "linklayer TYPE", Access::ReadWrite, nullptr, oneOf(tcLinkLayerNames)},
    {"overhead", 2, "overhead", Type::U16, "Bytes added to each packet.", "overhead BYTES"},
    {"cellAlign", 4, "cell_align", Type::S16, "No longer used; tc writes -1."},
    {"mpu", 6, "mpu", Type::U16, "The least a packet counts, in bytes.", "mpu BYTES"},
    {"rate", 8, "rate", Type::U32, "Bytes per second; 4294967295 where the 64-bit attribute has it.",
     "rate RATE"},
};
inline constexpr Table rateSpec{"RateSpec", rateSpecRows, 12};

inline constexpr Row tcStatsBasicRows[] = {
    {"bytes", 0, "bytes", Type::U64, "Bytes that passed.", "-s", Access::ReadOnly},
    {"packets", 8, "packets", Type::U32, "Packets that passed, cut to 32 bits.", "-s", Access::ReadOnly},
};
inline constexpr Table tcStatsBasic{"TcStatsBasic", tcStatsBasicRows, 16};

inline constexpr Row tcStatsRateRows[] = {
    {"bytesPerSecond", 0, "bps", Type::U32, "Estimated bytes per second.", "-s", Access::ReadOnly},
    {"packetsPerSecond", 4, "pps", Type::U32, "Estimated packets per second.", "-s", Access::ReadOnly},
};
inline constexpr Table tcStatsRate{"TcStatsRate", tcStatsRateRows, 8};

inline constexpr Row tcStatsRate64Rows[] = {
    {"bytesPerSecond", 0, "bps", Type::U64, "Estimated bytes per second.", "-s", Access::ReadOnly},
    {"packetsPerSecond", 8, "pps", Type::U64, "Estimated packets per second.", "-s", Access::ReadOnly},
};
inline constexpr Table tcStatsRate64{"TcStatsRate64", tcStatsRate64Rows, 16};

inline constexpr Row tcStatsQueueRows[] = {
    {"length", 0, "qlen", Type::U32, "Packets waiting.", "-s", Access::ReadOnly},
    {"backlog", 4, "backlog", Type::U32, "Bytes waiting.", "-s", Access::ReadOnly},
    {"drops", 8, "drops", Type::U32, "Packets dropped.", "-s", Access::ReadOnly},
    {"requeues", 12, "requeues", Type::U32, "Packets put back.", "-s", Access::ReadOnly},
    {"overLimits", 16, "overlimits", Type::U32, "How often the limit was met.", "-s", Access::ReadOnly},
};
inline constexpr Table tcStatsQueue{"TcStatsQueue", tcStatsQueueRows, 20};

inline constexpr Row tcStatsRows[] = {
    {"basic", 1, "TCA_STATS_BASIC", Type::Struct, "What passed.", "-s", Access::ReadOnly, &tcStatsBasic},
    {"rateEstimate", 2, "TCA_STATS_RATE_EST", Type::Struct, "The rate, where an estimator runs.", "-s",
     Access::ReadOnly, &tcStatsRate},
    {"queue", 3, "TCA_STATS_QUEUE", Type::Struct, "What waits and what was dropped.", "-s", Access::ReadOnly,
     &tcStatsQueue},
    {"application", 4, "TCA_STATS_APP", Type::Bytes,
     "What the kind counts beyond that, in a layout of its own.", "-s", Access::ReadOnly},
    {"rateEstimate64", 5, "TCA_STATS_RATE_EST64", Type::Struct, "The rate, where 32 bits do not hold it.",
     "-s", Access::ReadOnly, &tcStatsRate64},
    {"basicHardware", 7, "TCA_STATS_BASIC_HW", Type::Struct, "What passed in hardware.", "-s",
     Access::ReadOnly, &tcStatsBasic},
    {"packets64", 8, "TCA_STATS_PKT64", Type::U64, "Packets that passed, where 32 bits do not hold them.",
     "-s", Access::ReadOnly},
};
inline constexpr Table tcStats{"TcStats", tcStatsRows};

// struct tc_stats, from before TCA_STATS2.
inline constexpr Row tcOldStatsRows[] = {
    {"bytes", 0, "bytes", Type::U64, "Bytes that passed.", "", Access::ReadOnly},
    {"packets", 8, "packets", Type::U32, "Packets that passed.", "", Access::ReadOnly},
    {"drops", 12, "drops", Type::U32, "Packets dropped.", "", Access::ReadOnly},
    {"overLimits", 16, "overlimits", Type::U32, "How often the limit was met.", "", Access::ReadOnly},
    {"bytesPerSecond", 20, "bps", Type::U32, "Estimated bytes per second.", "", Access::ReadOnly},
    {"packetsPerSecond", 24, "pps", Type::U32, "Estimated packets per second.", "", Access::ReadOnly},
    {"queueLength", 28, "qlen", Type::U32, "Packets waiting.", "", Access::ReadOnly},
    {"backlog", 32, "backlog", Type::U32, "Bytes waiting.", "", Access::ReadOnly},
};
inline constexpr Table tcOldStats{"TcOldStats", tcOldStatsRows, 40};

}  // namespace netplumb
