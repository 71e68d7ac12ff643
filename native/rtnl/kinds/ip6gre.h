// ip6gre: GRE over IPv6. Kernel: net/ipv6/ip6_gre.c.
#pragma once

#include "rtnl/gre_table.h"

namespace netplumb::kinds {

inline constexpr Kind ip6gre{"ip6gre", &gre6Data};

}  // namespace netplumb::kinds
