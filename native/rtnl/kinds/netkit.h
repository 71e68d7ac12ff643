// netkit: a pair of links like veth, whose programs run where it is cheapest. Kernel 6.18:
// drivers/net/netkit.c (netkit_policy and netkit_fill_info), include/uapi/linux/if_link.h.
#pragma once

#include "rtnl/link_table.h"

namespace netplumb::kinds {

inline constexpr Name netkitPolicyNames[] = {{"pass", 0}, {"drop", 2}};
inline constexpr Name netkitModeNames[] = {{"l2", 0}, {"l3", 1}};
inline constexpr Name netkitScrubNames[] = {{"none", 0}, {"default", 1}};

inline constexpr Row netkitRows[] = {
    {"peer", 1, "IFLA_NETKIT_PEER_INFO", Type::PeerInfo,
     "The other end, born together with this one: any link attribute, and the namespace it is born in.",
     "peer name NAME", Access::WriteOnly, &linkTable},
    {"primary", 2, "IFLA_NETKIT_PRIMARY", Type::Bool,
     "Whether this end was made first: it alone has programs attached for both.", "-d", Access::ReadOnly},
    {"policy", 3, "IFLA_NETKIT_POLICY", Type::U32,
     "What happens to this end's packets where no program decides; 'pass' by default.",
     "{ forward | blackhole }", Access::ReadWrite, nullptr, oneOf(netkitPolicyNames)},
    {"peerPolicy", 4, "IFLA_NETKIT_PEER_POLICY", Type::U32, "What happens to the other end's.",
     "peer { forward | blackhole }", Access::ReadWrite, nullptr, oneOf(netkitPolicyNames)},
    {"mode", 5, "IFLA_NETKIT_MODE", Type::U32,
     "Whether the ends have MAC addresses; 'l3', without, by default, fixed at creation.", "mode MODE",
     Access::ReadWrite, nullptr, oneOf(netkitModeNames)},
    {"scrub", 6, "IFLA_NETKIT_SCRUB", Type::U32,
     "Whether mark and priority of packets that leave by this end for another namespace are cleared before "
     "its program sees them; 'default' does. Fixed at creation.",
     "scrub CHOICE", Access::ReadWrite, nullptr, oneOf(netkitScrubNames)},
    {"peerScrub", 7, "IFLA_NETKIT_PEER_SCRUB", Type::U32,
     "Whether they are where they leave by the other end.", "peer scrub CHOICE", Access::ReadWrite, nullptr,
     oneOf(netkitScrubNames)},
    {"headroom", 8, "IFLA_NETKIT_HEADROOM", Type::U16,
     "Room wanted before packets, in bytes; fixed at creation."},
    {"tailroom", 9, "IFLA_NETKIT_TAILROOM", Type::U16,
     "Room wanted after packets, in bytes; fixed at creation."},
};
inline constexpr Table netkitData{"NetkitData", netkitRows};
inline constexpr Kind netkit{"netkit", &netkitData};

}  // namespace netplumb::kinds
