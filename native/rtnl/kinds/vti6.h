// vti6: an IPsec tunnel over IPv6 as a link. Kernel: net/ipv6/ip6_vti.c.
#pragma once

#include "rtnl/vti_table.h"

namespace netplumb::kinds {

inline constexpr Kind vti6{"vti6", &vti6Data};

}  // namespace netplumb::kinds
