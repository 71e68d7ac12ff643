// macvlan: a link with an address of its own on another link. Kernel: drivers/net/macvlan.c.
#pragma once

#include "rtnl/macvlan_table.h"

namespace netplumb::kinds {

inline constexpr Kind macvlan{"macvlan", &macvlanData};

}  // namespace netplumb::kinds
