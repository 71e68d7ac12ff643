// ipip: IPv4 (or MPLS) inside IPv4 (RFC 2003). Kernel: net/ipv4/ipip.c.
#pragma once

#include "rtnl/ip_tunnel_table.h"

namespace netplumb::kinds {

inline constexpr Table ipipData{"IpipData", ipTunnelRows};
inline constexpr Kind ipip{"ipip", &ipipData};

}  // namespace netplumb::kinds
