// What ipvlan and ipvtap links keep, IFLA_IPVLAN_* (include/uapi/linux/if_link.h,
// drivers/net/ipvlan/ipvlan_main.c: ipvlan_nl_policy and ipvlan_nl_fillinfo).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name ipvlanModeNames[] = {{"l2", 0}, {"l3", 1}, {"l3s", 2}};
// IPVLAN_F_*: two bits, but the kernel refuses both at once.
inline constexpr Name ipvlanFlagNames[] = {{"bridge", 0}, {"private", 1}, {"vepa", 2}};

inline constexpr Row ipvlanRows[] = {
    {"mode", 1, "IFLA_IPVLAN_MODE", Type::U16,
     "Whether the link below hands packets on by address as a switch does, or as a router ('l3'; 'l3s' lets "
     "netfilter see them); 'l3' by default, and alike for all on the same link.",
     "mode MODE", Access::ReadWrite, nullptr, oneOf(ipvlanModeNames)},
    {"flags", 2, "IFLA_IPVLAN_FLAGS", Type::U16,
     "Whom it talks to of those on the same link; all of them ('bridge') by default, and alike for all.",
     "{ bridge | private | vepa }", Access::ReadWrite, nullptr, oneOf(ipvlanFlagNames)},
};
inline constexpr Table ipvlanData{"IpvlanData", ipvlanRows};

}  // namespace netplumb
