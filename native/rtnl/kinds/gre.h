// gre: IP inside IP (RFC 2784). Kernel: net/ipv4/ip_gre.c.
#pragma once

#include "rtnl/gre_table.h"

namespace netplumb::kinds {

inline constexpr Kind gre{"gre", &greData};

}  // namespace netplumb::kinds
