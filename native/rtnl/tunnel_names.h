// Names that IP tunnels of all kinds share (include/uapi/linux/if_tunnel.h, ip6_tunnel.h).
#pragma once

#include "netlink/table.h"

namespace netplumb {

// enum tunnel_encap_types and TUNNEL_ENCAP_FLAG_*
inline constexpr Name tunnelEncapNames[] = {{"none", 0}, {"fou", 1}, {"gue", 2}, {"mpls", 3}};
inline constexpr Name tunnelEncapFlagNames[] = {{"checksum", 1}, {"checksum6", 2}, {"remoteChecksum", 4}};

// IP6_TNL_F_*; those that ip has words for come first.
inline constexpr Name tunnel6FlagNames[] = {
    {"ignoreEncapLimit", 1}, {"useOriginalTclass", 2},  {"useOriginalFlowLabel", 4},
    {"receiveDscpCopy", 16}, {"useOriginalFwmark", 32}, {"allowLocalRemote", 64},
    {"mip6Dev", 8},
};
inline constexpr std::string_view tunnel6FlagWords =
    "[ encaplimit none ] [ tclass inherit ] [ flowlabel inherit ] [ dscp inherit ] [ fwmark inherit ] [ "
    "allow-localremote ]";

}  // namespace netplumb
