// What GRE tunnels keep, IFLA_GRE_* (include/uapi/linux/if_tunnel.h, net/ipv4/ip_gre.c: ipgre_policy and
// ipgre_fill_info; net/ipv6/ip6_gre.c likewise): over IPv4 and over IPv6, without and with ERSPAN.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/rows.h"
#include "rtnl/tunnel_names.h"

namespace netplumb {

// GRE_CSUM, GRE_KEY, GRE_SEQ; the other bits of RFC 1701 are refused.
inline constexpr Name greFlagNames[] = {{"checksum", 0x8000}, {"sequence", 0x1000}, {"key", 0x2000}};
inline constexpr Name erspanDirectionNames[] = {{"ingress", 0}, {"egress", 1}};

inline constexpr Row greCommonRows[] = {
    {"link", 1, "IFLA_GRE_LINK", Type::LinkIndex,
     "The link that tunnelled packets leave by; 0 for whichever.", "dev NAME"},
    {"inputFlags", 2, "IFLA_GRE_IFLAGS", Type::Be16,
     "What received packets must have; 'key' makes `inputKey` count.", "[ icsum ] [ iseq ]",
     Access::ReadWrite, nullptr, anyOf(greFlagNames)},
    {"outputFlags", 3, "IFLA_GRE_OFLAGS", Type::Be16,
     "What sent packets have; 'key' makes `outputKey` count.", "[ ocsum ] [ oseq ]", Access::ReadWrite,
     nullptr, anyOf(greFlagNames)},
    {"inputKey", 4, "IFLA_GRE_IKEY", Type::Be32, "The key of received packets.", "ikey KEY"},
    {"outputKey", 5, "IFLA_GRE_OKEY", Type::Be32, "The key of sent packets.", "okey KEY"},
    {"ttl", 8, "IFLA_GRE_TTL", Type::U8,
     "The time to live (hop limit) of tunnelled packets; 0 takes over that of the packet inside.",
     "ttl NUMBER"},
    {"encapType", 14, "IFLA_GRE_ENCAP_TYPE", Type::U16,
     "What tunnelled packets are wrapped in besides; 'none' by default.", "encap TYPE", Access::ReadWrite,
     nullptr, oneOf(tunnelEncapNames)},
    {"encapFlags", 15, "IFLA_GRE_ENCAP_FLAGS", Type::U16, "Its checksums.",
     "[ encap-csum ] [ encap-udp6-csum ] [ encap-remcsum ]", Access::ReadWrite, nullptr,
     anyOf(tunnelEncapFlagNames)},
    {"encapSourcePort", 16, "IFLA_GRE_ENCAP_SPORT", Type::Be16, "Its source port; 0 for one by flow.",
     "encap-sport PORT"},
    {"encapDestinationPort", 17, "IFLA_GRE_ENCAP_DPORT", Type::Be16, "Its destination port.",
     "encap-dport PORT"},
    {"collectMetadata", 18, "IFLA_GRE_COLLECT_METADATA", Type::Flag,
     "Whether each packet says itself where it goes, by routes or traffic control.", "external"},
    {"fwmark", 20, "IFLA_GRE_FWMARK", Type::U32, "The mark that tunnelled packets are routed with.",
     "fwmark MARK"},
};

// Mirrored traffic's: the kernel reads them of erspan and ip6erspan only (erspan_netlink_parms,
// ip6erspan_set_version).
inline constexpr Row erspanOwnRows[] = {
    {"erspanIndex", 21, "IFLA_GRE_ERSPAN_INDEX", Type::U32, "The mirrored port, of ERSPAN version 1.",
     "erspan INDEX", Access::ReadWrite, nullptr, Names(), 0, 0xfffff},
    {"erspanVersion", 22, "IFLA_GRE_ERSPAN_VER", Type::U8,
     "The version of ERSPAN; 1 by default, 0 for type I.", "erspan_ver NUMBER", Access::ReadWrite, nullptr,
     Names(), 0, 2},
    {"erspanDirection", 23, "IFLA_GRE_ERSPAN_DIR", Type::U8,
     "Which traffic is mirrored, of ERSPAN version 2.", "erspan_dir CHOICE", Access::ReadWrite, nullptr,
     oneOf(erspanDirectionNames)},
    {"erspanHardwareId", 24, "IFLA_GRE_ERSPAN_HWID", Type::U16, "Which engine mirrors, of ERSPAN version 2.",
     "erspan_hwid NUMBER", Access::ReadWrite, nullptr, Names(), 0, 63},
};

inline constexpr Row greOverIpv4Rows[] = {
    {"local", 6, "IFLA_GRE_LOCAL", Type::Ipv4, "The source of tunnelled packets; 0.0.0.0 for whichever.",
     "local ADDRESS"},
    {"remote", 7, "IFLA_GRE_REMOTE", Type::Ipv4, "The other end; 0.0.0.0 for any.", "remote ADDRESS"},
    {"tos", 9, "IFLA_GRE_TOS", Type::U8,
     "The type of service of tunnelled packets; 1 takes over that of the packet inside.", "tos HEX"},
    {"pmtuDiscovery", 10, "IFLA_GRE_PMTUDISC", Type::Bool,
     "Whether fragmenting is forbidden, so that the path's MTU is found; on by default.",
     "pmtudisc | nopmtudisc"},
    {"ignoreDf", 19, "IFLA_GRE_IGNORE_DF", Type::Bool,
     "Whether packets that forbid fragmenting are fragmented all the same; off by default.",
     "ignore-df | noignore-df"},
};
inline constexpr auto greRows = together<greCommonRows, greOverIpv4Rows>;
inline constexpr Table greData{"GreData", greRows};
inline constexpr auto erspanRows = together<greRows, erspanOwnRows>;
inline constexpr Table erspanData{"ErspanData", erspanRows};

inline constexpr Row greOverIpv6Rows[] = {
    {"local", 6, "IFLA_GRE_LOCAL", Type::Ipv6, "The source of tunnelled packets; :: for whichever.",
     "local ADDRESS"},
    {"remote", 7, "IFLA_GRE_REMOTE", Type::Ipv6, "The other end; :: for any.", "remote ADDRESS"},
    {"encapLimit", 11, "IFLA_GRE_ENCAP_LIMIT", Type::U8,
     "How many tunnels packets may be in besides; 4 by default. `flags` 'ignoreEncapLimit' leaves it out.",
     "encaplimit NUMBER"},
    {"flowInfo", 12, "IFLA_GRE_FLOWINFO", Type::Be32,
     "Traffic class (bits 20 to 27) and flow label of tunnelled packets.", "tclass … flowlabel …"},
    {"flags", 13, "IFLA_GRE_FLAGS", Type::U32, "What is taken over from packets inside, and more.",
     tunnel6FlagWords, Access::ReadWrite, nullptr, anyOf(tunnel6FlagNames)},
};
inline constexpr auto gre6Rows = together<greCommonRows, greOverIpv6Rows>;
inline constexpr Table gre6Data{"Gre6Data", gre6Rows};
inline constexpr auto erspan6Rows = together<gre6Rows, erspanOwnRows>;
inline constexpr Table erspan6Data{"Erspan6Data", erspan6Rows};

}  // namespace netplumb
