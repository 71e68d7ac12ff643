// The metrics of a route, RTA_METRICS: what TCP and IP assume along it (include/uapi/linux/rtnetlink.h,
// RTAX_*).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

// RTAX_LOCK's bits are numbered as the metrics are.
inline constexpr Name routeLockNames[] = {
    {"mtu", 1 << 2},
    {"window", 1 << 3},
    {"rtt", 1 << 4},
    {"rttVar", 1 << 5},
    {"ssthresh", 1 << 6},
    {"cwnd", 1 << 7},
    {"advMss", 1 << 8},
    {"reordering", 1 << 9},
    {"hopLimit", 1 << 10},
    {"initCwnd", 1 << 11},
    {"features", 1 << 12},
    {"rtoMin", 1 << 13},
    {"initRwnd", 1 << 14},
    {"quickAck", 1 << 15},
    {"congestionControl", 1 << 16},
    {"fastOpenNoCookie", 1 << 17},
};
inline constexpr Name routeFeatureNames[] = {
    {"ecn", 1}, {"sack", 2}, {"timestamp", 4}, {"allFrag", 8}, {"tcpUsecTs", 16},
};

inline constexpr Row routeMetricsRows[] = {
    {"lock", 1, "RTAX_LOCK", Type::U32, "The metrics that may not be adjusted by what is learnt.",
     "mtu lock BYTES …", Access::ReadWrite, nullptr, anyOf(routeLockNames)},
    {"mtu", 2, "RTAX_MTU", Type::U32, "The largest packet the path carries, in bytes.", "mtu BYTES"},
    {"window", 3, "RTAX_WINDOW", Type::U32, "The largest window TCP advertises, in bytes.", "window BYTES"},
    {"rtt", 4, "RTAX_RTT", Type::U32, "First guess of the round-trip time, in eighths of a millisecond.",
     "rtt TIME"},
    {"rttVar", 5, "RTAX_RTTVAR", Type::U32, "First guess of its variance, in quarters of a millisecond.",
     "rttvar TIME"},
    {"ssthresh", 6, "RTAX_SSTHRESH", Type::U32, "First slow-start threshold, in segments.",
     "ssthresh NUMBER"},
    {"cwnd", 7, "RTAX_CWND", Type::U32, "Limit of the congestion window, in segments; needs the lock.",
     "cwnd NUMBER"},
    {"advMss", 8, "RTAX_ADVMSS", Type::U32, "The segment size TCP advertises, in bytes.", "advmss BYTES"},
    {"reordering", 9, "RTAX_REORDERING", Type::U32,
     "How far packets may overtake each other before TCP assumes loss.", "reordering NUMBER"},
    {"hopLimit", 10, "RTAX_HOPLIMIT", Type::U32, "The TTL or hop limit of packets sent.", "hoplimit NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, 255},
    {"initCwnd", 11, "RTAX_INITCWND", Type::U32, "First congestion window, in segments.", "initcwnd NUMBER"},
    {"features", 12, "RTAX_FEATURES", Type::U32, "TCP features to use along this route only.", "features ecn",
     Access::ReadWrite, nullptr, anyOf(routeFeatureNames)},
    {"rtoMin", 13, "RTAX_RTO_MIN", Type::U32, "Shortest retransmission time, in milliseconds.",
     "rto_min TIME"},
    {"initRwnd", 14, "RTAX_INITRWND", Type::U32, "First window TCP advertises, in segments.",
     "initrwnd NUMBER"},
    {"quickAck", 15, "RTAX_QUICKACK", Type::U32, "1 to acknowledge at once instead of delaying.",
     "quickack BOOL"},
    {"congestionControl", 16, "RTAX_CC_ALGO", Type::Text,
     "The congestion control algorithm, such as 'cubic'.", "congctl NAME"},
    {"fastOpenNoCookie", 17, "RTAX_FASTOPEN_NO_COOKIE", Type::U32,
     "1 to open fast without a TCP Fast Open cookie.", "fastopen_no_cookie BOOL"},
};
inline constexpr Table routeMetrics{"RouteMetrics", routeMetricsRows};

}  // namespace netplumb
