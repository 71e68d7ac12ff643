// The source ports of UDP tunnels: struct ifla_vxlan_port_range, and ifla_geneve_port_range alike
// (include/uapi/linux/if_link.h).
#pragma once

#include "netlink/table.h"

namespace netplumb {

inline constexpr Row portRangeRows[] = {
    {"low", 0, "low", Type::Be16, "The first port."},
    {"high", 2, "high", Type::Be16, "The last port."},
};
inline constexpr Table portRange{"PortRange", portRangeRows, 4};

}  // namespace netplumb
