// vrf: a routing table of its own for the links enslaved to it. Kernel: drivers/net/vrf.c (vrf_nl_policy,
// vrf_fillinfo and vrf_fill_slave_info).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb::kinds {

inline constexpr Row vrfRows[] = {
    {"table", 1, "IFLA_VRF_TABLE", Type::U32, "The routing table; fixed at creation, and needed there.",
     "table NUMBER", Access::ReadWrite, nullptr, Names(), 1, UINT32_MAX},
};
inline constexpr Table vrfData{"VrfData", vrfRows};

inline constexpr Row vrfPortRows[] = {
    {"table", 1, "IFLA_VRF_PORT_TABLE", Type::U32, "The routing table of the link's packets.", "table",
     Access::ReadOnly},
};
inline constexpr Table vrfPortData{"VrfPortData", vrfPortRows};
inline constexpr Kind vrf{"vrf", &vrfData, &vrfPortData};

}  // namespace netplumb::kinds
