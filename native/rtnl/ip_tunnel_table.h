// What tunnels of IP in IP keep, IFLA_IPTUN_* (include/uapi/linux/if_tunnel.h, net/ipv4/ipip.c,
// net/ipv6/sit.c, net/ipv6/ip6_tunnel.c: their policies and fill functions): what all have, and what those
// over IPv4 have.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/rows.h"
#include "rtnl/tunnel_names.h"

namespace netplumb {

// What is carried; 'any' where all are.
inline constexpr Name tunnelProtocolNames[] = {{"any", 0}, {"ipip", 4}, {"ip6ip", 41}, {"mplsip", 137}};

inline constexpr Row ipTunnelCommonRows[] = {
    {"link", 1, "IFLA_IPTUN_LINK", Type::LinkIndex,
     "The link that tunnelled packets leave by; 0 for whichever.", "dev NAME"},
    {"ttl", 4, "IFLA_IPTUN_TTL", Type::U8,
     "The time to live (hop limit) of tunnelled packets; 0 takes over that of the packet inside.",
     "ttl NUMBER"},
    {"encapType", 15, "IFLA_IPTUN_ENCAP_TYPE", Type::U16,
     "What tunnelled packets are wrapped in besides; 'none' by default.", "encap TYPE", Access::ReadWrite,
     nullptr, oneOf(tunnelEncapNames)},
    {"encapFlags", 16, "IFLA_IPTUN_ENCAP_FLAGS", Type::U16, "Its checksums.",
     "[ encap-csum ] [ encap-udp6-csum ] [ encap-remcsum ]", Access::ReadWrite, nullptr,
     anyOf(tunnelEncapFlagNames)},
    {"encapSourcePort", 17, "IFLA_IPTUN_ENCAP_SPORT", Type::Be16, "Its source port; 0 for one by flow.",
     "encap-sport PORT"},
    {"encapDestinationPort", 18, "IFLA_IPTUN_ENCAP_DPORT", Type::Be16, "Its destination port.",
     "encap-dport PORT"},
    {"collectMetadata", 19, "IFLA_IPTUN_COLLECT_METADATA", Type::Flag,
     "Whether each packet says itself where it goes, by routes or traffic control.", "external"},
    {"fwmark", 20, "IFLA_IPTUN_FWMARK", Type::U32, "The mark that tunnelled packets are routed with.",
     "fwmark MARK"},
};

inline constexpr Row ipTunnelOverIpv4Rows[] = {
    {"local", 2, "IFLA_IPTUN_LOCAL", Type::Ipv4, "The source of tunnelled packets; 0.0.0.0 for whichever.",
     "local ADDRESS"},
    {"remote", 3, "IFLA_IPTUN_REMOTE", Type::Ipv4, "The other end; 0.0.0.0 for any.", "remote ADDRESS"},
    {"tos", 5, "IFLA_IPTUN_TOS", Type::U8,
     "The type of service of tunnelled packets; 1 takes over that of the packet inside.", "tos HEX"},
    {"protocol", 9, "IFLA_IPTUN_PROTO", Type::U8, "What is carried.", "mode MODE", Access::ReadWrite, nullptr,
     oneOf(tunnelProtocolNames)},
    {"pmtuDiscovery", 10, "IFLA_IPTUN_PMTUDISC", Type::Bool,
     "Whether fragmenting is forbidden, so that the path's MTU is found; on by default.",
     "pmtudisc | nopmtudisc"},
};
inline constexpr auto ipTunnelRows = together<ipTunnelCommonRows, ipTunnelOverIpv4Rows>;

}  // namespace netplumb
