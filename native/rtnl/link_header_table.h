// The fixed head of a link's messages: struct ifinfomsg (include/uapi/linux/rtnetlink.h, if.h, if_arp.h).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name linkFamilyNames[] = {{"unspecified", 0}, {"inet", 2}, {"bridge", 7}, {"inet6", 10}};
inline constexpr Name linkTypeNames[] = {
    {"netrom", 0},
    {"ether", 1},
    {"ax25", 3},
    {"ieee1394", 24},
    {"infiniband", 32},
    {"slip", 256},
    {"can", 280},
    {"mctp", 290},
    {"ppp", 512},
    {"rawIp", 519},
    {"ipip", 768},
    {"tunnel6", 769},
    {"loopback", 772},
    {"sit", 776},
    {"gre", 778},
    {"pimreg", 779},
    {"ieee80211", 801},
    {"ieee80211Prism", 802},
    {"ieee80211Radiotap", 803},
    {"ieee802154", 804},
    {"ieee802154Monitor", 805},
    {"phonet", 820},
    {"phonetPipe", 821},
    {"caif", 822},
    {"ip6gre", 823},
    {"netlink", 824},
    {"6lowpan", 825},
    {"vsockmon", 826},
    {"none", 0xfffe},
    {"void", 0xffff},
};
inline constexpr Name linkFlagNames[] = {
    {"up", 1 << 0},           {"broadcast", 1 << 1},    {"debug", 1 << 2},      {"loopback", 1 << 3},
    {"pointToPoint", 1 << 4}, {"noTrailers", 1 << 5},   {"running", 1 << 6},    {"noArp", 1 << 7},
    {"promiscuous", 1 << 8},  {"allMulticast", 1 << 9}, {"master", 1 << 10},    {"slave", 1 << 11},
    {"multicast", 1 << 12},   {"portSelect", 1 << 13},  {"autoMedia", 1 << 14}, {"dynamic", 1 << 15},
    {"lowerUp", 1 << 16},     {"dormant", 1 << 17},     {"echo", 1 << 18},
};
inline constexpr Row linkHeaderRows[] = {
    {"family", 0, "ifi_family", Type::U8, "Which family's view of the link; unspecified is the whole.", "",
     Access::ReadWrite, nullptr, oneOf(linkFamilyNames)},
    {"type", 2, "ifi_type", Type::U16, "The hardware type (ARPHRD_*).", "link/TYPE", Access::ReadOnly,
     nullptr, oneOf(linkTypeNames)},
    {"index", 4, "ifi_index", Type::LinkIndex,
     "The link's number in its namespace; chosen by the kernel where left out.", "index NUMBER"},
    {"flags", 8, "ifi_flags", Type::U32,
     "State and behaviour (IFF_*); a request changes those that `change` names.",
     "up | down | arp { on | off } | multicast { on | off } | …", Access::ReadWrite, nullptr,
     anyOf(linkFlagNames)},
    {"change", 12, "ifi_change", Type::U32, "Which of the flags a request changes.", "", Access::WriteOnly,
     nullptr, anyOf(linkFlagNames)},
};
inline constexpr Table linkHeader{"LinkHeader", linkHeaderRows, 16};

}  // namespace netplumb
