// A policy rule: which table of routes packets are looked up in. struct fib_rule_hdr and FRA_*
// (include/uapi/linux/fib_rules.h, net/core/fib_rules.c).
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/route_table.h"

namespace netplumb {

inline constexpr Name ruleFamilyNames[] = {
    {"unspecified", 0}, {"inet", 2}, {"inet6", 10}, {"ipmr", 128}, {"ip6mr", 129}};
inline constexpr Name ruleActionNames[] = {{"unspecified", 0}, {"toTable", 1},     {"goto", 2},    {"nop", 3},
                                           {"blackhole", 6},   {"unreachable", 7}, {"prohibit", 8}};
inline constexpr Name ruleFlagNames[] = {
    {"permanent", 1}, {"invert", 2}, {"unresolved", 4}, {"iifDetached", 8}, {"oifDetached", 16}};

inline constexpr Row ruleHeaderRows[] = {
    {"family", 0, "family", Type::U8, "The address family.", "-4 | -6", Access::ReadWrite, nullptr,
     oneOf(ruleFamilyNames)},
    {"destinationLength", 1, "dst_len", Type::U8, "Prefix length of `destination`.", "to PREFIX/LENGTH",
     Access::ReadWrite, nullptr, Names(), 0, 128},
    {"sourceLength", 2, "src_len", Type::U8, "Prefix length of `source`.", "from PREFIX/LENGTH",
     Access::ReadWrite, nullptr, Names(), 0, 128},
    {"tos", 3, "tos", Type::U8, "The type of service it is for; 0 for any.", "tos NUMBER"},
    {"headerTable", 4, "table", Type::U8, "The table where its number is below 256; `table` replaces it.", "",
     Access::WriteOnly, nullptr, oneOf(routeTableNames)},
    {"action", 7, "action", Type::U8, "What is done with packets that match.", "ACTION", Access::ReadWrite,
     nullptr, oneOf(ruleActionNames)},
    {"flags", 8, "flags", Type::U32, "State and behaviour (FIB_RULE_*).", "not", Access::ReadWrite, nullptr,
     anyOf(ruleFlagNames)},
};
inline constexpr Table ruleHeader{"RuleHeader", ruleHeaderRows, 12};

inline constexpr Row uidRangeRows[] = {
    {"start", 0, "start", Type::U32, "The first user."},
    {"end", 4, "end", Type::U32, "The last user."},
};
inline constexpr Table uidRange{"UidRange", uidRangeRows, 8};

inline constexpr Row rulePortRangeRows[] = {
    {"start", 0, "start", Type::U16, "The first port."},
    {"end", 2, "end", Type::U16, "The last port."},
};
inline constexpr Table rulePortRange{"RulePortRange", rulePortRangeRows, 4};

inline constexpr Row ruleRows[] = {
    {"destination", 1, "FRA_DST", Type::Ip, "Where packets go.", "to PREFIX"},
    {"source", 2, "FRA_SRC", Type::Ip, "Where packets come from.", "from PREFIX"},
    {"inputLink", 3, "FRA_IIFNAME", Type::Text,
     "The name of the link packets come in by; 'lo' for one's own.", "iif NAME", Access::ReadWrite, nullptr,
     Names(), INT64_MIN, 15},
    {"goto", 4, "FRA_GOTO", Type::U32, "The priority of the rule to go on with.", "goto NUMBER"},
    {"priority", 6, "FRA_PRIORITY", Type::U32,
     "Lower ones are asked first; chosen by the kernel, below the lowest, where left out.",
     "priority NUMBER"},
    {"mark", 10, "FRA_FWMARK", Type::U32, "The packets' mark.", "fwmark NUMBER"},
    {"flow", 11, "FRA_FLOW", Type::U32,
     "Realms: the source's in the upper 16 bits, the destination's in the lower.",
     "realms SOURCE/DESTINATION"},
    {"tunnelId", 12, "FRA_TUN_ID", Type::Be64, "The id of the tunnel packets came by.", "tun_id NUMBER"},
    {"suppressGroup", 13, "FRA_SUPPRESS_IFGROUP", Type::S32,
     "Routes by links of this group are passed over; -1 for none.", "suppress_ifgroup NUMBER"},
    {"suppressPrefixLength", 14, "FRA_SUPPRESS_PREFIXLEN", Type::S32,
     "Routes with a prefix of at most this length are passed over; -1 for none.",
     "suppress_prefixlength NUMBER"},
    {"table", 15, "FRA_TABLE", Type::U32, "The table to look up.", "table NUMBER", Access::ReadWrite, nullptr,
     oneOf(routeTableNames)},
    {"mask", 16, "FRA_FWMASK", Type::U32, "The bits of the mark that count.", "fwmark NUMBER/MASK"},
    {"outputLink", 17, "FRA_OIFNAME", Type::Text, "The name of the link that a socket is bound to.",
     "oif NAME", Access::ReadWrite, nullptr, Names(), INT64_MIN, 15},
    {"l3mdev", 19, "FRA_L3MDEV", Type::Bool, "Whether the table is that of the packet's VRF.", "l3mdev"},
    {"uidRange", 20, "FRA_UID_RANGE", Type::Struct, "The users whose sockets it is for.",
     "uidrange START-END", Access::ReadWrite, &uidRange},
    {"protocol", 21, "FRA_PROTOCOL", Type::U8, "Who added it.", "protocol PROTOCOL", Access::ReadWrite,
     nullptr, oneOf(routeProtocolNames)},
    {"ipProto", 22, "FRA_IP_PROTO", Type::U8, "The transport protocol.", "ipproto PROTOCOL",
     Access::ReadWrite, nullptr, oneOf(ipProtocolNames)},
    {"sourcePorts", 23, "FRA_SPORT_RANGE", Type::Struct, "The source ports.", "sport START-END",
     Access::ReadWrite, &rulePortRange},
    {"destinationPorts", 24, "FRA_DPORT_RANGE", Type::Struct, "The destination ports.", "dport START-END",
     Access::ReadWrite, &rulePortRange},
    {"dscp", 25, "FRA_DSCP", Type::U8, "The packets' DSCP.", "dscp NUMBER", Access::ReadWrite, nullptr,
     Names(), 0, 63},
    {"flowLabel", 26, "FRA_FLOWLABEL", Type::Be32, "The IPv6 flow label.", "flowlabel NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, 0xfffff},
    {"flowLabelMask", 27, "FRA_FLOWLABEL_MASK", Type::Be32, "The bits of it that count.",
     "flowlabel NUMBER/MASK", Access::ReadWrite, nullptr, Names(), 0, 0xfffff},
    {"sourcePortMask", 28, "FRA_SPORT_MASK", Type::U16, "The bits of one source port that count.",
     "sport PORT/MASK"},
    {"destinationPortMask", 29, "FRA_DPORT_MASK", Type::U16, "The bits of one destination port that count.",
     "dport PORT/MASK"},
    {"dscpMask", 30, "FRA_DSCP_MASK", Type::U8, "The bits of the DSCP that count.", "dscp NUMBER/MASK",
     Access::ReadWrite, nullptr, Names(), 0, 63},
};
inline constexpr Table ruleTable{"RuleAttributes", ruleRows};

// All a removal may name; with the priority that the kernel chose.
inline constexpr uint16_t ruleIdentity[] = {1,  2,  3,  4,  6,  10, 12, 13, 14, 15, 16, 17,
                                            19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30};

inline constexpr Object ruleObject{"rule",      &ruleHeader, &ruleTable,  RTM_NEWRULE,
                                   RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE, Undo::Rule,
                                   0x100,       true,        ruleIdentity};

}  // namespace netplumb
