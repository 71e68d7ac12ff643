// An address of a link: struct ifaddrmsg and the IFA_* attributes (include/uapi/linux/if_addr.h,
// net/ipv4/devinet.c, net/ipv6/addrconf.c).
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name addressFamilyNames[] = {{"unspecified", 0}, {"inet", 2}, {"inet6", 10}};
inline constexpr Name scopeNames[] = {
    {"global", 0}, {"site", 200}, {"link", 253}, {"host", 254}, {"nowhere", 255}};
inline constexpr Name addressFlagNames[] = {
    {"secondary", 0x01},          {"noDad", 0x02},
    {"optimistic", 0x04},         {"dadFailed", 0x08},
    {"homeAddress", 0x10},        {"deprecated", 0x20},
    {"tentative", 0x40},          {"permanent", 0x80},
    {"manageTempAddress", 0x100}, {"noPrefixRoute", 0x200},
    {"multicastAutoJoin", 0x400}, {"stablePrivacy", 0x800},
};

inline constexpr Row addressHeaderRows[] = {
    {"family", 0, "ifa_family", Type::U8, "The address family.", "-4 | -6", Access::ReadWrite, nullptr,
     oneOf(addressFamilyNames)},
    {"prefixLength", 1, "ifa_prefixlen", Type::U8, "How many leading bits name the subnet.", "ADDRESS/LENGTH",
     Access::ReadWrite, nullptr, Names(), 0, 128},
    {"headerFlags", 2, "ifa_flags", Type::U8, "The low 8 bits of `flags`, which replaces it.", "",
     Access::WriteOnly, nullptr, anyOf(std::span(addressFlagNames).first<8>())},
    {"scope", 3, "ifa_scope", Type::U8, "How far the address is valid; 'global' by default.", "scope SCOPE",
     Access::ReadWrite, nullptr, oneOf(scopeNames)},
    {"index", 4, "ifa_index", Type::LinkIndex, "The link that has the address.", "dev NAME"},
};
inline constexpr Table addressHeader{"AddressHeader", addressHeaderRows, 8};

inline constexpr Row addressCacheInfoRows[] = {
    {"preferred", 0, "ifa_prefered", Type::U32,
     "Seconds for which new connections use the address; 4294967295 for ever.", "preferred_lft SECONDS"},
    {"valid", 4, "ifa_valid", Type::U32, "Seconds until the address is removed; 4294967295 for ever.",
     "valid_lft SECONDS"},
    {"created", 8, "cstamp", Type::U32, "When it was added, in hundredths of a second since boot.", "",
     Access::ReadOnly},
    {"updated", 12, "tstamp", Type::U32, "When it last changed, in hundredths of a second since boot.", "",
     Access::ReadOnly},
};
inline constexpr Table addressCacheInfo{"AddressCacheInfo", addressCacheInfoRows, 16};

inline constexpr Name addressProtocolNames[] = {
    {"unspecified", 0}, {"kernelLo", 1}, {"kernelRa", 2}, {"kernelLl", 3}};

inline constexpr Row addressRows[] = {
    {"address", 1, "IFA_ADDRESS", Type::Ip, "The address; with `local` beside it, that of the other end.",
     "peer ADDRESS"},
    {"local", 2, "IFA_LOCAL", Type::Ip, "The link's own address; IPv6 sends it only beside a peer's.",
     "local ADDRESS"},
    {"label", 3, "IFA_LABEL", Type::Text,
     "A name for the address, at most 15 bytes; the link's by default. IPv4 only.", "label TEXT",
     Access::ReadWrite, nullptr, Names(), INT64_MIN, 15},
    {"broadcast", 4, "IFA_BROADCAST", Type::Ip, "The subnet's broadcast address; none by default. IPv4 only.",
     "broadcast ADDRESS"},
    {"anycast", 5, "IFA_ANYCAST", Type::Ip, "An anycast address, in the list of those.", "any ADDRESS",
     Access::ReadOnly},
    {"cacheInfo", 6, "IFA_CACHEINFO", Type::Struct, "Lifetimes and times; for ever by default.",
     "valid_lft SECONDS …", Access::ReadWrite, &addressCacheInfo},
    {"multicast", 7, "IFA_MULTICAST", Type::Ip, "A multicast address, in the list of those.", "maddress",
     Access::ReadOnly},
    {"flags", 8, "IFA_FLAGS", Type::U32, "State and behaviour (IFA_F_*); IPv6 calls 'secondary' temporary.",
     "nodad | noprefixroute | home | mngtmpaddr | autojoin", Access::ReadWrite, nullptr,
     anyOf(addressFlagNames)},
    {"routePriority", 9, "IFA_RT_PRIORITY", Type::U32,
     "Metric of the subnet's route; the kernel's choice by default.", "metric NUMBER"},
    {"targetNetNsId", 10, "IFA_TARGET_NETNSID", Type::S32,
     "The namespace a list was about; an add ignores it and puts the address on this namespace's link.", "",
     Access::ReadOnly},
    {"protocol", 11, "IFA_PROTO", Type::U8, "Who added the address.", "proto PROTOCOL", Access::ReadWrite,
     nullptr, oneOf(addressProtocolNames)},
};
inline constexpr Table addressTable{"AddressAttributes", addressRows};

inline constexpr Object addressObject{"address",   &addressHeader, &addressTable, RTM_NEWADDR,
                                      RTM_DELADDR, RTM_GETADDR,    RTM_NEWADDR};

}  // namespace netplumb
