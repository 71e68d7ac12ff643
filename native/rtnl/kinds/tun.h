// tun: a link whose packets a process reads and writes. Made through /dev/net/tun, not by netlink, which only
// reads it. Kernel: drivers/net/tun.c (tun_fill_info).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb::kinds {

inline constexpr Name tunTypeNames[] = {{"tun", 1}, {"tap", 2}};  // IFF_TUN, IFF_TAP

inline constexpr Row tunRows[] = {
    {"owner", 1, "IFLA_TUN_OWNER", Type::U32,
     "The user who may attach to it; absent for any with the capability.", "user", Access::ReadOnly},
    {"group", 2, "IFLA_TUN_GROUP", Type::U32, "The group that may.", "group", Access::ReadOnly},
    {"type", 3, "IFLA_TUN_TYPE", Type::U8, "Whether it carries IP packets or Ethernet frames.", "mode",
     Access::ReadOnly, nullptr, oneOf(tunTypeNames)},
    {"packetInformation", 4, "IFLA_TUN_PI", Type::Bool, "Whether each packet has a struct tun_pi in front.",
     "pi", Access::ReadOnly},
    {"vnetHeader", 5, "IFLA_TUN_VNET_HDR", Type::Bool, "Whether each has a struct virtio_net_hdr in front.",
     "vnet_hdr", Access::ReadOnly},
    {"persistent", 6, "IFLA_TUN_PERSIST", Type::Bool, "Whether it outlives the process.", "persist",
     Access::ReadOnly},
    {"multiQueue", 7, "IFLA_TUN_MULTI_QUEUE", Type::Bool, "Whether several descriptors may be attached.",
     "multi_queue", Access::ReadOnly},
    {"queueCount", 8, "IFLA_TUN_NUM_QUEUES", Type::U32, "Those attached and in use.", "numqueues",
     Access::ReadOnly},
    {"disabledQueueCount", 9, "IFLA_TUN_NUM_DISABLED_QUEUES", Type::U32, "Those attached and not in use.",
     "numdisabled", Access::ReadOnly},
};
inline constexpr Table tunData{"TunData", tunRows};
inline constexpr Kind tun{"tun", &tunData};

}  // namespace netplumb::kinds
