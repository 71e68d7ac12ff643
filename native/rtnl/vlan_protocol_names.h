// The tags there are, by their Ethernet types (include/uapi/linux/if_ether.h: ETH_P_8021Q, ETH_P_8021AD).
#pragma once

#include "netlink/table.h"

namespace netplumb {

inline constexpr Name vlanProtocolNames[] = {{"802.1Q", 0x8100}, {"802.1ad", 0x88a8}};

}  // namespace netplumb
