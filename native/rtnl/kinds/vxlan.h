// vxlan: Ethernet inside UDP (RFC 7348). IFLA_VXLAN_* of kernel 6.18 (include/uapi/linux/if_link.h,
// drivers/net/vxlan/vxlan_core.c: vxlan_policy, vxlan_nl2conf and vxlan_fill_info). Further remotes are
// entries of the forwarding table.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/port_range_table.h"

namespace netplumb::kinds {

inline constexpr Name vxlanDfNames[] = {{"unset", 0}, {"set", 1}, {"inherit", 2}};
inline constexpr Name vxlanLabelPolicyNames[] = {{"fixed", 0}, {"inherit", 1}};

inline constexpr Row vxlanHeaderRows[] = {
    {"flags", 0, "vx_flags", Type::Be32, "Of the header's first word."},
    {"vni", 4, "vx_vni", Type::Be32, "Of its second."},
};
inline constexpr Table vxlanHeader{"VxlanHeader", vxlanHeaderRows, 8};

inline constexpr Row vxlanRows[] = {
    {"id", 1, "IFLA_VXLAN_ID", Type::U32,
     "The network's identifier; fixed at creation, and needed there unless `collectMetadata` is on.",
     "id NUMBER", Access::ReadWrite, nullptr, Names(), 0, 0xffffff},
    {"group", 2, "IFLA_VXLAN_GROUP", Type::Ipv4,
     "Where packets for unknown addresses go: a multicast group, or one other end.",
     "group ADDRESS | remote ADDRESS"},
    {"link", 3, "IFLA_VXLAN_LINK", Type::LinkIndex, "The link that tunnelled packets leave by.", "dev NAME"},
    {"local", 4, "IFLA_VXLAN_LOCAL", Type::Ipv4, "The source of tunnelled packets.", "local ADDRESS"},
    {"ttl", 5, "IFLA_VXLAN_TTL", Type::U8,
     "The time to live of tunnelled packets; 0, the default, for the system's, or 1 to a group.",
     "ttl NUMBER"},
    {"tos", 6, "IFLA_VXLAN_TOS", Type::U8, "Their type of service; 1 takes over that of the packet inside.",
     "tos HEX"},
    {"learning", 7, "IFLA_VXLAN_LEARNING", Type::Bool,
     "Whether other ends are learnt from received packets; on by default.", "learning | nolearning"},
    {"ageing", 8, "IFLA_VXLAN_AGEING", Type::U32,
     "Seconds after which what was learnt is forgotten; 300 by default, 0 for never.", "ageing SECONDS"},
    {"limit", 9, "IFLA_VXLAN_LIMIT", Type::U32, "Most addresses to learn; 0, the default, for no limit.",
     "maxaddress COUNT"},
    {"portRange", 10, "IFLA_VXLAN_PORT_RANGE", Type::Struct,
     "The source ports that flows are spread over; the system's local ports by default.", "srcport LOW HIGH",
     Access::ReadWrite, &portRange},
    {"proxy", 11, "IFLA_VXLAN_PROXY", Type::Bool,
     "Whether ARP and neighbour discovery are answered from the neighbour table; off by default.",
     "proxy | noproxy"},
    {"routeShortCircuit", 12, "IFLA_VXLAN_RSC", Type::Bool,
     "Whether packets for a router are sent to the other end directly, where its address is known; off by "
     "default.",
     "rsc | norsc"},
    {"l2Miss", 13, "IFLA_VXLAN_L2MISS", Type::Bool, "Whether an unknown address is notified; off by default.",
     "l2miss | nol2miss"},
    {"l3Miss", 14, "IFLA_VXLAN_L3MISS", Type::Bool,
     "Whether an unknown neighbour is notified; off by default.", "l3miss | nol3miss"},
    {"port", 15, "IFLA_VXLAN_PORT", Type::Be16,
     "The destination port; 8472 by default, where the standard says 4789.", "dstport PORT"},
    {"group6", 16, "IFLA_VXLAN_GROUP6", Type::Ipv6, "As `group`, over IPv6.",
     "group ADDRESS | remote ADDRESS"},
    {"local6", 17, "IFLA_VXLAN_LOCAL6", Type::Ipv6, "As `local`, over IPv6.", "local ADDRESS"},
    {"udpChecksum", 18, "IFLA_VXLAN_UDP_CSUM", Type::Bool,
     "Whether UDP checksums are sent over IPv4; on by default.", "udpcsum | noudpcsum"},
    {"udpZeroChecksum6Tx", 19, "IFLA_VXLAN_UDP_ZERO_CSUM6_TX", Type::Bool,
     "Whether they are left out over IPv6; off by default.", "udp6zerocsumtx | noudp6zerocsumtx"},
    {"udpZeroChecksum6Rx", 20, "IFLA_VXLAN_UDP_ZERO_CSUM6_RX", Type::Bool,
     "Whether packets without one are taken over IPv6; off by default.", "udp6zerocsumrx | noudp6zerocsumrx"},
    {"remoteChecksumTx", 21, "IFLA_VXLAN_REMCSUM_TX", Type::Bool,
     "Whether inner checksums are left to the other end; off by default.", "remcsumtx | noremcsumtx"},
    {"remoteChecksumRx", 22, "IFLA_VXLAN_REMCSUM_RX", Type::Bool,
     "Whether the other end may leave them to this one; off by default.", "remcsumrx | noremcsumrx"},
    {"gbp", 23, "IFLA_VXLAN_GBP", Type::Flag, "Whether packets carry their mark (group based policy).",
     "gbp"},
    {"remoteChecksumNoPartial", 24, "IFLA_VXLAN_REMCSUM_NOPARTIAL", Type::Flag,
     "Whether checksums left to this end are finished at once."},
    {"collectMetadata", 25, "IFLA_VXLAN_COLLECT_METADATA", Type::Bool,
     "Whether each packet says itself where it goes, by routes or traffic control; off by default.",
     "external | noexternal"},
    {"label", 26, "IFLA_VXLAN_LABEL", Type::Be32, "The flow label over IPv6.", "flowlabel HEX",
     Access::ReadWrite, nullptr, Names(), 0, 0xfffff},
    {"gpe", 27, "IFLA_VXLAN_GPE", Type::Flag,
     "Whether it carries other protocols than Ethernet (generic protocol extension); with `collectMetadata` "
     "only.",
     "gpe"},
    {"ttlInherit", 28, "IFLA_VXLAN_TTL_INHERIT", Type::Flag,
     "Whether the time to live is that of the packet inside.", "ttl inherit"},
    {"df", 29, "IFLA_VXLAN_DF", Type::U8, "Whether fragmenting is forbidden over IPv4; 'unset' by default.",
     "df CHOICE", Access::ReadWrite, nullptr, oneOf(vxlanDfNames)},
    {"vniFilter", 30, "IFLA_VXLAN_VNIFILTER", Type::Bool,
     "Whether only listed identifiers are received; with `collectMetadata` only.", "vnifilter | novnifilter"},
    {"localBypass", 31, "IFLA_VXLAN_LOCALBYPASS", Type::Bool,
     "Whether packets to this host go to its own tunnel directly; on by default.",
     "localbypass | nolocalbypass"},
    {"labelPolicy", 32, "IFLA_VXLAN_LABEL_POLICY", Type::U32,
     "Where the flow label comes from; 'fixed' by default.", "flowlabel …", Access::ReadWrite, nullptr,
     oneOf(vxlanLabelPolicyNames)},
    {"reservedBits", 33, "IFLA_VXLAN_RESERVED_BITS", Type::Struct,
     "The header's bits that received packets must not have.", "reserved_bits …", Access::ReadWrite,
     &vxlanHeader},
    {"mcRoute", 34, "IFLA_VXLAN_MC_ROUTE", Type::Bool,
     "Whether packets to a group are routed by the multicast table; off by default.", "mcroute | nomcroute"},
};
inline constexpr Table vxlanData{"VxlanData", vxlanRows};
inline constexpr Kind vxlan{"vxlan", &vxlanData};

}  // namespace netplumb::kinds
