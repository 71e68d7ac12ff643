// What macvlan and macvtap links keep, IFLA_MACVLAN_* (include/uapi/linux/if_link.h, drivers/net/macvlan.c:
// macvlan_policy and macvlan_fill_info).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name macvlanModeNames[] = {
    {"private", 1}, {"vepa", 2}, {"bridge", 4}, {"passthru", 8}, {"source", 16}};
inline constexpr Name macvlanFlagNames[] = {{"noPromisc", 1}, {"noDst", 2}};
inline constexpr Name macvlanAddressModeNames[] = {{"add", 0}, {"del", 1}, {"flush", 2}, {"set", 3}};

inline constexpr Row macvlanAddressRows[] = {
    {"address", 4, "IFLA_MACVLAN_MACADDR", Type::Mac, "An allowed source address."},
};
inline constexpr Table macvlanAddresses{"MacvlanAddresses", macvlanAddressRows};

inline constexpr Row macvlanRows[] = {
    {"mode", 1, "IFLA_MACVLAN_MODE", Type::U32,
     "Whom it talks to of those on the same link; 'vepa' by default. To or from 'passthru' it is fixed.",
     "mode MODE", Access::ReadWrite, nullptr, oneOf(macvlanModeNames)},
    {"flags", 2, "IFLA_MACVLAN_FLAGS", Type::U16,
     "'noPromisc' keeps the link below out of promiscuous mode where this one is in mode 'passthru', 'noDst' "
     "leaves the usual delivery out in mode 'source'.",
     "[ nopromisc ] [ nodst ]", Access::ReadWrite, nullptr, anyOf(macvlanFlagNames)},
    {"addressMode", 3, "IFLA_MACVLAN_MACADDR_MODE", Type::U32,
     "What a request does to the allowed sources; only in mode 'source'.",
     "macaddr { add | del | flush | set }", Access::WriteOnly, nullptr, oneOf(macvlanAddressModeNames)},
    {"address", 4, "IFLA_MACVLAN_MACADDR", Type::Mac,
     "The source that `addressMode` 'add' or 'del' is about.", "LLADDR", Access::WriteOnly},
    {"addresses", 5, "IFLA_MACVLAN_MACADDR_DATA", Type::List,
     "The allowed sources; a request gives them with `addressMode` 'set', and may with 'add' or 'del'.",
     "LLADDR", Access::ReadWrite, &macvlanAddresses},
    {"addressCount", 6, "IFLA_MACVLAN_MACADDR_COUNT", Type::U32, "How many sources are allowed.", "-d",
     Access::ReadOnly},
    {"broadcastQueueLength", 7, "IFLA_MACVLAN_BC_QUEUE_LEN", Type::U32,
     "Broadcasts that may wait for being copied, in packets; 1000 by default. The largest of all on the same "
     "link counts.",
     "bcqueuelen NUMBER"},
    {"broadcastQueueLengthUsed", 8, "IFLA_MACVLAN_BC_QUEUE_LEN_USED", Type::U32, "The one that counts.", "-d",
     Access::ReadOnly},
    {"broadcastCutoff", 9, "IFLA_MACVLAN_BC_CUTOFF", Type::S32,
     "Multicast groups with more members than this are copied later, in a queue; 1 by default, a negative "
     "number for never.",
     "bclim NUMBER"},
};
inline constexpr Table macvlanData{"MacvlanData", macvlanRows};

}  // namespace netplumb
