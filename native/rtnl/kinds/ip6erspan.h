// ip6erspan: mirrored traffic inside GRE over IPv6. Kernel: net/ipv6/ip6_gre.c.
#pragma once

#include "rtnl/gre_table.h"

namespace netplumb::kinds {

inline constexpr Kind ip6erspan{"ip6erspan", &erspan6Data};

}  // namespace netplumb::kinds
