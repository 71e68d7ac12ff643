// macvtap: a macvlan whose packets a process reads and writes at /dev/tapINDEX. Kernel:
// drivers/net/macvtap.c.
#pragma once

#include "rtnl/macvlan_table.h"

namespace netplumb::kinds {

inline constexpr Kind macvtap{"macvtap", &macvlanData};

}  // namespace netplumb::kinds
