// ip6gretap: Ethernet inside GRE over IPv6. Kernel: net/ipv6/ip6_gre.c.
#pragma once

#include "rtnl/gre_table.h"

namespace netplumb::kinds {

inline constexpr Kind ip6gretap{"ip6gretap", &gre6Data};

}  // namespace netplumb::kinds
