// What each address family keeps about a link: IFLA_AF_SPEC, one nest per family
// (include/uapi/linux/if_link.h). A bridge gives the same attribute other contents in messages of family
// AF_BRIDGE; those are not described here.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Row linkInetRows[] = {
    {"conf", 1, "IFLA_INET_CONF", Type::S32Array,
     "The link's IPv4 settings, in the order of IPV4_DEVCONF_* less one; written through net.ipv4.conf.", "",
     Access::ReadOnly},
};
inline constexpr Table linkInet{"LinkInet", linkInetRows};

// IF_* of the kernel's include/net/if_inet6.h.
inline constexpr Name linkInet6FlagNames[] = {
    {"routerSolicited", 0x10}, {"raReceived", 0x20},  {"raManaged", 0x40},
    {"raOtherConf", 0x80},     {"ready", 0x80000000},
};
inline constexpr Row linkCacheInfoRows[] = {
    {"maxReassemblyLength", 0, "max_reasm_len", Type::U32,
     "The largest datagram that is put together from fragments, in bytes.", "", Access::ReadOnly},
    {"updated", 4, "tstamp", Type::U32,
     "When the settings last changed, in hundredths of a second since boot.", "", Access::ReadOnly},
    {"reachableTime", 8, "reachable_time", Type::U32,
     "How long a neighbour counts as reachable once confirmed, in milliseconds.", "", Access::ReadOnly},
    {"retransTime", 12, "retrans_time", Type::U32, "Time between neighbour solicitations, in milliseconds.",
     "", Access::ReadOnly},
};
inline constexpr Table linkCacheInfo{"LinkCacheInfo", linkCacheInfoRows, 16};

inline constexpr Name addressGenerationModeNames[] = {
    {"eui64", 0}, {"none", 1}, {"stablePrivacy", 2}, {"random", 3}};
inline constexpr Row linkInet6Rows[] = {
    {"flags", 1, "IFLA_INET6_FLAGS", Type::U32, "What router discovery found out on this link.", "",
     Access::ReadOnly, nullptr, anyOf(linkInet6FlagNames)},
    {"conf", 2, "IFLA_INET6_CONF", Type::S32Array,
     "The link's IPv6 settings, in the order of DEVCONF_*; written through net.ipv6.conf.", "",
     Access::ReadOnly},
    {"stats", 3, "IFLA_INET6_STATS", Type::U64Array,
     "IPv6 counters, in the order of IPSTATS_MIB_*; the first is their number.", "", Access::ReadOnly},
    {"mcast", 4, "IFLA_INET6_MCAST", Type::Bytes, "Reserved by the kernel for multicast, never sent so far.",
     "", Access::ReadOnly},
    {"cacheInfo", 5, "IFLA_INET6_CACHEINFO", Type::Struct, "Neighbour discovery's times.", "",
     Access::ReadOnly, &linkCacheInfo},
    {"icmp6Stats", 6, "IFLA_INET6_ICMP6STATS", Type::U64Array,
     "ICMPv6 counters, in the order of ICMP6_MIB_*; the first is their number.", "", Access::ReadOnly},
    {"token", 7, "IFLA_INET6_TOKEN", Type::Ip,
     "The interface identifier that autoconfigured addresses end in; '::' for none (the default).",
     "token ADDRESS"},
    {"addressGenerationMode", 8, "IFLA_INET6_ADDR_GEN_MODE", Type::U8,
     "How link-local and autoconfigured addresses are made; 'none' makes no link-local address, 'eui64' is "
     "the default.",
     "addrgenmode MODE", Access::ReadWrite, nullptr, oneOf(addressGenerationModeNames)},
    {"raMtu", 9, "IFLA_INET6_RA_MTU", Type::U32,
     "The MTU that the last router advertisement carried, in bytes.", "", Access::ReadOnly},
};
inline constexpr Table linkInet6{"LinkInet6", linkInet6Rows};

inline constexpr Name mctpBindingNames[] = {
    {"unspecified", 0}, {"smbus", 1}, {"pcieVdm", 2}, {"usb", 3}, {"kcs", 4}, {"serial", 5}, {"i3c", 6},
};
inline constexpr Row linkMctpRows[] = {
    {"network", 1, "IFLA_MCTP_NET", Type::U32, "The MCTP network the link belongs to."},
    {"physicalBinding", 2, "IFLA_MCTP_PHYS_BINDING", Type::U8, "The physical transport below (DSP0239).", "",
     Access::ReadOnly, nullptr, oneOf(mctpBindingNames)},
};
inline constexpr Table linkMctp{"LinkMctp", linkMctpRows};

inline constexpr Row linkFamilyRows[] = {
    {"inet", 2, "AF_INET", Type::Nested, "IPv4.", "", Access::ReadOnly, &linkInet},
    {"inet6", 10, "AF_INET6", Type::Nested, "IPv6.", "", Access::ReadWrite, &linkInet6},
    {"mctp", 45, "AF_MCTP", Type::Nested, "Management Component Transport Protocol.", "", Access::ReadWrite,
     &linkMctp},
};
inline constexpr Table linkFamilies{"LinkFamilies", linkFamilyRows};

}  // namespace netplumb
