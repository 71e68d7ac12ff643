// A route: the RTA_* attributes (include/uapi/linux/rtnetlink.h, net/ipv4/fib_frontend.c,
// net/ipv6/route.c).
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/route_header_table.h"
#include "rtnl/route_metrics_table.h"

namespace netplumb {

inline constexpr Row routeCacheInfoRows[] = {
    {"references", 0, "rta_clntref", Type::U32, "Users of the cached route.", "users NUMBER",
     Access::ReadOnly},
    {"lastUse", 4, "rta_lastuse", Type::U32, "Time since its last use, in hundredths of a second.",
     "age TIME", Access::ReadOnly},
    {"expires", 8, "rta_expires", Type::S32, "Time until it expires, in hundredths of a second; 0 for never.",
     "expires TIME", Access::ReadOnly},
    {"error", 12, "rta_error", Type::U32, "The error (errno) its packets meet.", "error NUMBER",
     Access::ReadOnly},
    {"used", 16, "rta_used", Type::U32, "How often it was used.", "used NUMBER", Access::ReadOnly},
    {"id", 20, "rta_id", Type::U32, "Formerly the last IP id sent.", "", Access::ReadOnly},
    {"timestamp", 24, "rta_ts", Type::U32, "Formerly the peer's last TCP timestamp.", "", Access::ReadOnly},
    {"timestampAge", 28, "rta_tsage", Type::U32, "Formerly the age of that, in seconds.", "",
     Access::ReadOnly},
};
inline constexpr Table routeCacheInfo{"RouteCacheInfo", routeCacheInfoRows, 32};

inline constexpr Row mfcStatsRows[] = {
    {"packets", 0, "mfcs_packets", Type::U64, "Packets forwarded.", "", Access::ReadOnly},
    {"bytes", 8, "mfcs_bytes", Type::U64, "Bytes forwarded.", "", Access::ReadOnly},
    {"wrongInterface", 16, "mfcs_wrong_if", Type::U64, "Packets that came in by a wrong link.", "",
     Access::ReadOnly},
};
inline constexpr Table mfcStats{"MfcStats", mfcStatsRows, 24};

inline constexpr Name encapTypeNames[] = {
    {"none", 0}, {"mpls", 1},      {"ip", 2},  {"ila", 3},   {"ip6", 4},   {"seg6", 5},
    {"bpf", 6},  {"seg6local", 7}, {"rpl", 8}, {"ioam6", 9}, {"xfrm", 10},
};
inline constexpr Name routePreferenceNames[] = {{"medium", 0}, {"high", 1}, {"low", 3}};
inline constexpr Name ipProtocolNames[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"icmpv6", 58}};

// The rows that a route and one of its next hops share.
inline constexpr Row gatewayRow{"gateway",    5, "RTA_GATEWAY", Type::Ip, "The router to send to.",
                                "via ADDRESS"};
inline constexpr Row flowRow{"flow",
                             11,
                             "RTA_FLOW",
                             Type::U32,
                             "Realms: the source's in the upper 16 bits, the destination's in the lower.",
                             "realms SOURCE/DESTINATION"};
inline constexpr Row viaRow{"via",
                            18,
                            "RTA_VIA",
                            Type::Via,
                            "A router of another family; of one that is neither IPv4 nor IPv6, struct rtvia.",
                            "via FAMILY ADDRESS"};
inline constexpr Row newDestinationRow{
    "newDestination", 19, "RTA_NEWDST", Type::Bytes, "The MPLS labels to send with.", "as LABELS"};
inline constexpr Row encapTypeRow{"encapType",
                                  21,
                                  "RTA_ENCAP_TYPE",
                                  Type::U16,
                                  "How packets are encapsulated.",
                                  "encap TYPE",
                                  Access::ReadWrite,
                                  nullptr,
                                  oneOf(encapTypeNames)};
inline constexpr Row encapRow{
    "encap",       22, "RTA_ENCAP", Type::Encap, "What the encapsulation needs, in the layout of its type.",
    "encap TYPE …"};

inline constexpr Row nextHopAttributeRows[] = {gatewayRow,        flowRow,      viaRow,
                                               newDestinationRow, encapTypeRow, encapRow};
inline constexpr Table nextHopAttributes{"NextHopAttributes", nextHopAttributeRows};

inline constexpr Row routeRows[] = {
    {"destination", 1, "RTA_DST", Type::Ip, "Where the route leads; absent in the default route.", "PREFIX"},
    {"source", 2, "RTA_SRC", Type::Ip, "The source addresses the route is for. IPv6 only.", "from PREFIX"},
    {"inputLink", 3, "RTA_IIF", Type::LinkIndex,
     "The link packets come in by, in a lookup or a multicast route.", "iif NAME"},
    {"outputLink", 4, "RTA_OIF", Type::LinkIndex, "The link packets leave by.", "dev NAME"},
    gatewayRow,
    {"priority", 6, "RTA_PRIORITY", Type::U32, "The metric: the smallest wins; 0 by default, 1024 for IPv6.",
     "metric NUMBER"},
    {"preferredSource", 7, "RTA_PREFSRC", Type::Ip, "The source address of packets this host sends by it.",
     "src ADDRESS"},
    {"metrics", 8, "RTA_METRICS", Type::Nested, "What TCP and IP assume along the route.", "mtu BYTES …",
     Access::ReadWrite, &routeMetrics},
    {"multipath", 9, "RTA_MULTIPATH", Type::NextHops, "Several next hops, chosen by flow and weight.",
     "nexthop via ADDRESS …", Access::ReadWrite, &nextHopAttributes},
    flowRow,
    {"cacheInfo", 12, "RTA_CACHEINFO", Type::Struct, "Use and age of a cached route.", "", Access::ReadOnly,
     &routeCacheInfo},
    {"table", 15, "RTA_TABLE", Type::U32, "The table the route stands in; 'main' by default.", "table NUMBER",
     Access::ReadWrite, nullptr, oneOf(routeTableNames)},
    {"mark", 16, "RTA_MARK", Type::U32, "The packet mark of a lookup.", "mark NUMBER"},
    {"mfcStats", 17, "RTA_MFC_STATS", Type::Struct, "Counters of a multicast route.", "-s", Access::ReadOnly,
     &mfcStats},
    viaRow,
    newDestinationRow,
    {"preference", 20, "RTA_PREF", Type::U8,
     "The router preference (RFC 4191); 'medium' by default. IPv6 only.", "pref PREFERENCE",
     Access::ReadWrite, nullptr, oneOf(routePreferenceNames)},
    encapTypeRow,
    encapRow,
    {"expires", 23, "RTA_EXPIRES", Type::U32,
     "Seconds until the route is removed; never by default. IPv6 only.", "expires SECONDS"},
    {"uid", 25, "RTA_UID", Type::U32, "The user of a lookup.", "uid NUMBER"},
    {"ttlPropagate", 26, "RTA_TTL_PROPAGATE", Type::Bool,
     "Whether MPLS carries the TTL from label to packet.", "ttl-propagate { enabled | disabled }"},
    {"ipProto", 27, "RTA_IP_PROTO", Type::U8, "The transport protocol of a lookup.", "ipproto PROTOCOL",
     Access::ReadWrite, nullptr, oneOf(ipProtocolNames)},
    {"sourcePort", 28, "RTA_SPORT", Type::Be16, "The source port of a lookup.", "sport PORT"},
    {"destinationPort", 29, "RTA_DPORT", Type::Be16, "The destination port of a lookup.", "dport PORT"},
    {"nextHopId", 30, "RTA_NH_ID", Type::U32, "The next-hop object the route uses.", "nhid NUMBER"},
    {"flowLabel", 31, "RTA_FLOWLABEL", Type::Be32, "The IPv6 flow label of a lookup.", "flowlabel NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, 0xfffff},
};
inline constexpr Table routeTable{"RouteAttributes", routeRows};

inline constexpr Object routeObject{"route",      &routeHeader, &routeTable,  RTM_NEWROUTE,
                                    RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE, Undo::Route};

}  // namespace netplumb
