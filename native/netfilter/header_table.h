// The fixed header of every nfnetlink message: struct nfgenmsg (include/uapi/linux/netfilter/nfnetlink.h).
#pragma once

#include <linux/netfilter/nfnetlink.h>

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name netfilterFamilyNames[] = {{"unspecified", 0}, {"inet", 1},   {"ipv4", 2}, {"arp", 3},
                                                {"netdev", 5},      {"bridge", 7}, {"ipv6", 10}};

inline constexpr Row netfilterHeaderRows[] = {
    {"family", 0, "nfgen_family", Type::U8, "The address family; `inet` is IPv4 and IPv6 together.", "",
     Access::ReadWrite, nullptr, oneOf(netfilterFamilyNames)},
    {"version", 1, "version", Type::U8, "Of the message's format (NFNETLINK_V0)."},
    {"resourceId", 2, "res_id", Type::Be16, "What it means depends on the subsystem."},
};
inline constexpr Table netfilterHeader{"NetfilterHeader", netfilterHeaderRows, 4};

// The type of a subsystem's message.
constexpr uint16_t netfilterMessage(uint16_t subsystem, uint16_t message) {
  return static_cast<uint16_t>(subsystem << 8 | message);
}

}  // namespace netplumb
