// ipvtap: an ipvlan whose packets a process reads and writes at /dev/tapINDEX. Kernel:
// drivers/net/ipvlan/ipvtap.c.
#pragma once

#include "rtnl/ipvlan_table.h"

namespace netplumb::kinds {

inline constexpr Kind ipvtap{"ipvtap", &ipvlanData};

}  // namespace netplumb::kinds
