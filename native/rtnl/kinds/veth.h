// veth: a pair of links, what goes in at one end comes out at the other. Kernel: drivers/net/veth.c,
// include/uapi/linux/veth.h.
#pragma once

#include "rtnl/link_table.h"

namespace netplumb::kinds {

inline constexpr Row vethRows[] = {
    {"peer", 1, "VETH_INFO_PEER", Type::PeerInfo,
     "The other end, born together with this one: any link attribute, and the namespace it is born in.",
     "peer name NAME", Access::WriteOnly, &linkTable},
};
inline constexpr Table vethData{"VethData", vethRows};
inline constexpr Kind veth{"veth", &vethData};

}  // namespace netplumb::kinds
