// geneve: Ethernet inside UDP (RFC 8926). IFLA_GENEVE_* of kernel 6.18 (include/uapi/linux/if_link.h,
// drivers/net/geneve.c: geneve_policy, geneve_nl2info and geneve_fill_info).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/port_range_table.h"

namespace netplumb::kinds {

inline constexpr Name geneveDfNames[] = {{"unset", 0}, {"set", 1}, {"inherit", 2}};

inline constexpr Row geneveRows[] = {
    {"id", 1, "IFLA_GENEVE_ID", Type::U32,
     "The network's identifier; fixed at creation, and needed there unless `collectMetadata` is on.",
     "id NUMBER", Access::ReadWrite, nullptr, Names(), 0, 0xffffff},
    {"remote", 2, "IFLA_GENEVE_REMOTE", Type::Ipv4, "The other end.", "remote ADDRESS"},
    {"ttl", 3, "IFLA_GENEVE_TTL", Type::U8,
     "The time to live of tunnelled packets; 0, the default, for the system's.", "ttl NUMBER"},
    {"tos", 4, "IFLA_GENEVE_TOS", Type::U8, "Their type of service; 1 takes over that of the packet inside.",
     "tos HEX"},
    {"port", 5, "IFLA_GENEVE_PORT", Type::Be16, "The destination port; 6081 by default.", "dstport PORT"},
    {"collectMetadata", 6, "IFLA_GENEVE_COLLECT_METADATA", Type::Flag,
     "Whether each packet says itself where it goes, by routes or traffic control.", "external"},
    {"remote6", 7, "IFLA_GENEVE_REMOTE6", Type::Ipv6, "As `remote`, over IPv6.", "remote ADDRESS"},
    {"udpChecksum", 8, "IFLA_GENEVE_UDP_CSUM", Type::Bool,
     "Whether UDP checksums are sent over IPv4; off by default.", "udpcsum | noudpcsum"},
    {"udpZeroChecksum6Tx", 9, "IFLA_GENEVE_UDP_ZERO_CSUM6_TX", Type::Bool,
     "Whether they are left out over IPv6; off by default.", "udp6zerocsumtx | noudp6zerocsumtx"},
    {"udpZeroChecksum6Rx", 10, "IFLA_GENEVE_UDP_ZERO_CSUM6_RX", Type::Bool,
     "Whether packets without one are taken over IPv6; off by default.", "udp6zerocsumrx | noudp6zerocsumrx"},
    {"label", 11, "IFLA_GENEVE_LABEL", Type::Be32, "The flow label over IPv6.", "flowlabel HEX",
     Access::ReadWrite, nullptr, Names(), 0, 0xfffff},
    {"ttlInherit", 12, "IFLA_GENEVE_TTL_INHERIT", Type::Bool,
     "Whether the time to live is that of the packet inside.", "ttl inherit"},
    {"df", 13, "IFLA_GENEVE_DF", Type::U8, "Whether fragmenting is forbidden over IPv4; 'unset' by default.",
     "df CHOICE", Access::ReadWrite, nullptr, oneOf(geneveDfNames)},
    {"innerProtoInherit", 14, "IFLA_GENEVE_INNER_PROTO_INHERIT", Type::Flag,
     "Whether IP packets are carried as such, without an Ethernet header.", "innerprotoinherit"},
    {"portRange", 15, "IFLA_GENEVE_PORT_RANGE", Type::Struct,
     "The source ports that flows are spread over; all by default.", "port_range LOW-HIGH", Access::ReadWrite,
     &portRange},
};
inline constexpr Table geneveData{"GeneveData", geneveRows};
inline constexpr Kind geneve{"geneve", &geneveData};

}  // namespace netplumb::kinds
