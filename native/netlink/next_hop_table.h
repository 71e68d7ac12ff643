// struct rtnexthop, the fixed head of each record in RTA_MULTIPATH (include/uapi/linux/rtnetlink.h).
#pragma once

#include "netlink/table.h"

namespace netplumb {

inline constexpr Name nextHopFlagNames[] = {{"dead", 1},    {"pervasive", 2}, {"onLink", 4},
                                            {"offload", 8}, {"linkDown", 16}, {"unresolved", 32},
                                            {"trap", 64}};
inline constexpr Row nextHopRows[] = {
    {"flags",
     2,
     "rtnh_flags",
     Type::U8,
     "State and behaviour of this hop.",
     "onlink",
     Access::ReadWrite,
     nullptr,
     {nextHopFlagNames, true}},
    {"hops", 3, "rtnh_hops", Type::U8, "Its weight, minus one.", "weight NUMBER"},
    {"index", 4, "rtnh_ifindex", Type::LinkIndex, "The link it leaves by.", "dev NAME"},
};
inline constexpr Table nextHopHeader{"NextHopHeader", nextHopRows, 8};

}  // namespace netplumb
