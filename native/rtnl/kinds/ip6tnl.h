// ip6tnl: IPv4 or IPv6 inside IPv6 (RFC 2473). Kernel: net/ipv6/ip6_tunnel.c (ip6_tnl_policy and
// ip6_tnl_fill_info).
#pragma once

#include "rtnl/ip_tunnel_table.h"

namespace netplumb::kinds {

// What is carried; 'any' where both are.
inline constexpr Name ip6tnlProtocolNames[] = {{"any", 0}, {"ipip6", 4}, {"ip6ip6", 41}};

inline constexpr Row ip6tnlOwnRows[] = {
    {"local", 2, "IFLA_IPTUN_LOCAL", Type::Ipv6, "The source of tunnelled packets; :: for whichever.",
     "local ADDRESS"},
    {"remote", 3, "IFLA_IPTUN_REMOTE", Type::Ipv6, "The other end; :: for any.", "remote ADDRESS"},
    {"encapLimit", 6, "IFLA_IPTUN_ENCAP_LIMIT", Type::U8,
     "How many tunnels packets may be in besides; 4 by default. `flags` 'ignoreEncapLimit' leaves it out.",
     "encaplimit NUMBER"},
    {"flowInfo", 7, "IFLA_IPTUN_FLOWINFO", Type::Be32,
     "Traffic class (bits 20 to 27) and flow label of tunnelled packets.", "tclass … flowlabel …"},
    {"flags", 8, "IFLA_IPTUN_FLAGS", Type::U32, "What is taken over from packets inside, and more.",
     tunnel6FlagWords, Access::ReadWrite, nullptr, anyOf(tunnel6FlagNames)},
    {"protocol", 9, "IFLA_IPTUN_PROTO", Type::U8, "What is carried.", "mode MODE", Access::ReadWrite, nullptr,
     oneOf(ip6tnlProtocolNames)},
};
inline constexpr auto ip6tnlRows = together<ipTunnelCommonRows, ip6tnlOwnRows>;
inline constexpr Table ip6tnlData{"Ip6tnlData", ip6tnlRows};
inline constexpr Kind ip6tnl{"ip6tnl", &ip6tnlData};

}  // namespace netplumb::kinds
