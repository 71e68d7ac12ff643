// Which VLANs pass a bridge or one of its ports: IFLA_AF_SPEC in a link's messages of family AF_BRIDGE, where
// it holds other things than link_family_table.h has (include/uapi/linux/if_bridge.h,
// net/bridge/br_netlink.c).
#pragma once

#include <linux/rtnetlink.h>

#include "rtnl/link_header_table.h"
#include "rtnl/link_table.h"

namespace netplumb {

inline constexpr Name bridgeVlanPlaceNames[] = {{"master", 1}, {"self", 2}};
inline constexpr Name bridgeModeNames[] = {{"veb", 0}, {"vepa", 1}, {"undefined", 0xffff}};
inline constexpr Name bridgeVlanFlagNames[] = {
    {"master", 1 << 0},   {"pvid", 1 << 1},        {"untagged", 1 << 2},    {"rangeBegin", 1 << 3},
    {"rangeEnd", 1 << 4}, {"bridgeEntry", 1 << 5}, {"onlyOptions", 1 << 6},
};

inline constexpr Row bridgeVlanInfoRows[] = {
    {"flags", 0, "flags", Type::U16, "How it passes, and whether it is an end of a range.", "pvid | untagged",
     Access::ReadWrite, nullptr, anyOf(bridgeVlanFlagNames)},
    {"vid", 2, "vid", Type::U16, "The VLAN's id.", "vid VID", Access::ReadWrite, nullptr, Names(), 0, 4095},
};
inline constexpr Table bridgeVlanInfo{"BridgeVlanInfo", bridgeVlanInfoRows, 4};
inline constexpr Row bridgeVlanInfoElementRows[] = {
    {"vlan", 2, "IFLA_BRIDGE_VLAN_INFO", Type::Struct, "A VLAN, or an end of a range of them.", "",
     Access::ReadWrite, &bridgeVlanInfo},
};
inline constexpr Table bridgeVlanInfoElement{"BridgeVlanInfoElement", bridgeVlanInfoElementRows};

inline constexpr Row bridgeVlanTunnelRows[] = {
    {"tunnelId", 1, "IFLA_BRIDGE_VLAN_TUNNEL_ID", Type::U32, "The VXLAN network's number.",
     "tunnel_info id ID", Access::ReadWrite, nullptr, Names(), 0, 0xffffff},
    {"vid", 2, "IFLA_BRIDGE_VLAN_TUNNEL_VID", Type::U16, "The VLAN that goes there.", "vid VID",
     Access::ReadWrite, nullptr, Names(), 0, 4095},
    {"flags", 3, "IFLA_BRIDGE_VLAN_TUNNEL_FLAGS", Type::U16, "Whether it is an end of a range.", "",
     Access::ReadWrite, nullptr, anyOf(bridgeVlanFlagNames)},
};
inline constexpr Table bridgeVlanTunnel{"BridgeVlanTunnel", bridgeVlanTunnelRows};
inline constexpr Row bridgeVlanTunnelElementRows[] = {
    {"tunnel", 3, "IFLA_BRIDGE_VLAN_TUNNEL_INFO", Type::Nested, "A VLAN that a tunnel carries.", "",
     Access::ReadWrite, &bridgeVlanTunnel},
};
inline constexpr Table bridgeVlanTunnelElement{"BridgeVlanTunnelElement", bridgeVlanTunnelElementRows};

inline constexpr Row bridgeVlanSpecRows[] = {
    {"flags", 0, "IFLA_BRIDGE_FLAGS", Type::U16,
     "Whose VLANs are meant; the port's in its bridge by default.", "self | master", Access::ReadWrite,
     nullptr, anyOf(bridgeVlanPlaceNames)},
    {"mode", 1, "IFLA_BRIDGE_MODE", Type::U16, "How a bridge in hardware forwards.", "", Access::ReadOnly,
     nullptr, oneOf(bridgeModeNames)},
    {"vlans", 2, "IFLA_BRIDGE_VLAN_INFO", Type::Repeated, "VLANs, a range being its two ends.",
     "vid VID[-VID]", Access::ReadWrite, &bridgeVlanInfoElement},
    {"tunnels", 3, "IFLA_BRIDGE_VLAN_TUNNEL_INFO", Type::Repeated,
     "VLANs that a tunnel carries, a range being its two ends.", "tunnel_info id ID[-ID]", Access::ReadWrite,
     &bridgeVlanTunnelElement},
};
inline constexpr Table bridgeVlanSpec{"BridgeVlanSpec", bridgeVlanSpecRows};

inline constexpr Row bridgeVlanRows[] = {
    {"name", 3, "IFLA_IFNAME", Type::Text, "The link's name.", "", Access::ReadOnly},
    {"master", 10, "IFLA_MASTER", Type::LinkIndex,
     "The bridge the link is a port of; a bridge's own is itself.", "", Access::ReadOnly},
    {"spec", 26, "IFLA_AF_SPEC", Type::Nested, "The VLANs.", "", Access::ReadWrite, &bridgeVlanSpec},
    {"extMask", 29, "IFLA_EXT_MASK", Type::U32, "What a list shall include.", "", Access::WriteOnly, nullptr,
     anyOf(extMaskNames)},
};
inline constexpr Table bridgeVlanTable{"BridgeVlanAttributes", bridgeVlanRows};

// They are changed with RTM_SETLINK, and part of a link's answer.
inline constexpr Object bridgeVlanObject{"bridgeVlan", &linkHeader,   &bridgeVlanTable,
                                         RTM_SETLINK,  RTM_DELLINK,   RTM_GETLINK,
                                         RTM_SETLINK,  Undo::Request, 0};

}  // namespace netplumb
