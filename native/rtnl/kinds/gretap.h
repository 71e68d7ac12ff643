// gretap: Ethernet inside GRE. Kernel: net/ipv4/ip_gre.c.
#pragma once

#include "rtnl/gre_table.h"

namespace netplumb::kinds {

inline constexpr Kind gretap{"gretap", &greData};

}  // namespace netplumb::kinds
