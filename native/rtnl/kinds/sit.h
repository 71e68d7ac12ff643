// sit: IPv6 (and others) inside IPv4 (RFC 4213), with ISATAP and 6rd. Kernel: net/ipv6/sit.c (ipip6_policy
// and ipip6_fill_info).
#pragma once

#include "rtnl/ip_tunnel_table.h"

namespace netplumb::kinds {

inline constexpr Name sitFlagNames[] = {{"isatap", 1}};  // SIT_ISATAP

inline constexpr Row sitOwnRows[] = {
    {"flags", 8, "IFLA_IPTUN_FLAGS", Type::U16, "'isatap' takes the other end from the address inside.",
     "[ isatap ]", Access::ReadWrite, nullptr, anyOf(sitFlagNames)},
    {"prefix6rd", 11, "IFLA_IPTUN_6RD_PREFIX", Type::Ipv6, "The 6rd prefix; 2002:: by default, as of 6to4.",
     "6rd-prefix …"},
    {"relayPrefix6rd", 12, "IFLA_IPTUN_6RD_RELAY_PREFIX", Type::Ipv4,
     "The part of IPv4 addresses that 6rd addresses leave out.", "6rd-relay_prefix …"},
    {"prefixLength6rd", 13, "IFLA_IPTUN_6RD_PREFIXLEN", Type::U16, "The length of `prefix6rd`.",
     "6rd-prefix …", Access::ReadWrite, nullptr, Names(), 0, 128},
    {"relayPrefixLength6rd", 14, "IFLA_IPTUN_6RD_RELAY_PREFIXLEN", Type::U16,
     "The length of `relayPrefix6rd`.", "6rd-relay_prefix …", Access::ReadWrite, nullptr, Names(), 0, 32},
};
inline constexpr auto sitRows = together<ipTunnelRows, sitOwnRows>;
inline constexpr Table sitData{"SitData", sitRows};
inline constexpr Kind sit{"sit", &sitData};

}  // namespace netplumb::kinds
