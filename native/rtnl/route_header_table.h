// The fixed head of a route's messages: struct rtmsg (include/uapi/linux/rtnetlink.h).
#pragma once

#include "netlink/table.h"
#include "rtnl/address_table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name routeFamilyNames[] = {{"unspecified", 0}, {"inet", 2},   {"inet6", 10},
                                            {"mpls", 28},       {"ipmr", 128}, {"ip6mr", 129}};
inline constexpr Name routeTableNames[] = {
    {"unspecified", 0}, {"default", 253}, {"main", 254}, {"local", 255}};
inline constexpr Name routeProtocolNames[] = {
    {"unspecified", 0}, {"redirect", 1}, {"kernel", 2}, {"boot", 3},    {"static", 4},
    {"gated", 8},       {"ra", 9},       {"mrt", 10},   {"zebra", 11},  {"bird", 12},
    {"dnrouted", 13},   {"xorp", 14},    {"ntk", 15},   {"dhcp", 16},   {"mrouted", 17},
    {"keepalived", 18}, {"babel", 42},   {"ovn", 84},   {"openr", 99},  {"bgp", 186},
    {"isis", 187},      {"ospf", 188},   {"rip", 189},  {"eigrp", 192},
};
inline constexpr Name routeTypeNames[] = {
    {"unspecified", 0}, {"unicast", 1},   {"local", 2},     {"broadcast", 3},
    {"anycast", 4},     {"multicast", 5}, {"blackhole", 6}, {"unreachable", 7},
    {"prohibit", 8},    {"throw", 9},     {"nat", 10},      {"xresolve", 11},
};
inline constexpr Name routeFlagNames[] = {
    {"dead", 0x1},        {"pervasive", 0x2},    {"onLink", 0x4},    {"offload", 0x8},
    {"linkDown", 0x10},   {"unresolved", 0x20},  {"trap", 0x40},     {"notify", 0x100},
    {"cloned", 0x200},    {"equalize", 0x400},   {"prefix", 0x800},  {"lookupTable", 0x1000},
    {"fibMatch", 0x2000}, {"rtOffload", 0x4000}, {"rtTrap", 0x8000}, {"rtOffloadFailed", 0x20000000},
};

inline constexpr Row routeHeaderRows[] = {
    {"family", 0, "rtm_family", Type::U8, "The address family.", "-4 | -6", Access::ReadWrite, nullptr,
     oneOf(routeFamilyNames)},
    {"destinationLength", 1, "rtm_dst_len", Type::U8,
     "Prefix length of `destination`; 0 for the default route.", "PREFIX/LENGTH", Access::ReadWrite, nullptr,
     Names(), 0, 128},
    {"sourceLength", 2, "rtm_src_len", Type::U8, "Prefix length of `source`.", "from PREFIX/LENGTH",
     Access::ReadWrite, nullptr, Names(), 0, 128},
    {"tos", 3, "rtm_tos", Type::U8, "The type of service the route is for; 0 for any.", "tos NUMBER"},
    {"headerTable", 4, "rtm_table", Type::U8, "The table where its number is below 256; `table` replaces it.",
     "", Access::WriteOnly, nullptr, oneOf(routeTableNames)},
    {"protocol", 5, "rtm_protocol", Type::U8, "Who added the route; ip says 'boot' by default.",
     "proto PROTOCOL", Access::ReadWrite, nullptr, oneOf(routeProtocolNames)},
    {"scope", 6, "rtm_scope", Type::U8,
     "How far the destination is: 'link' where there is no gateway, else 'global'.", "scope SCOPE",
     Access::ReadWrite, nullptr, oneOf(scopeNames)},
    {"type", 7, "rtm_type", Type::U8, "What happens to packets that match.", "TYPE", Access::ReadWrite,
     nullptr, oneOf(routeTypeNames)},
    {"flags", 8, "rtm_flags", Type::U32, "State and behaviour (RTNH_F_*, RTM_F_*).", "onlink",
     Access::ReadWrite, nullptr, anyOf(routeFlagNames)},
};
inline constexpr Table routeHeader{"RouteHeader", routeHeaderRows, 12};

}  // namespace netplumb
