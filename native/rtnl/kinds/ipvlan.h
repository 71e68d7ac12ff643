// ipvlan: a link with IP addresses of its own, but the MAC of the link it stands on. Kernel:
// drivers/net/ipvlan.
#pragma once

#include "rtnl/ipvlan_table.h"

namespace netplumb::kinds {

inline constexpr Kind ipvlan{"ipvlan", &ipvlanData};

}  // namespace netplumb::kinds
