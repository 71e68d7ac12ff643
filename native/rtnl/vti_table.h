// What VTI tunnels keep, IFLA_VTI_* (include/uapi/linux/if_tunnel.h, net/ipv4/ip_vti.c and
// net/ipv6/ip6_vti.c: their policies and fill functions).
#pragma once

#include "netlink/table.h"
#include "rtnl/rows.h"

namespace netplumb {

inline constexpr Row vtiCommonRows[] = {
    {"link", 1, "IFLA_VTI_LINK", Type::LinkIndex, "The link that packets leave by; 0 for whichever.",
     "dev NAME"},
    {"inputKey", 2, "IFLA_VTI_IKEY", Type::Be32, "The mark of the policies for received packets.",
     "ikey KEY"},
    {"outputKey", 3, "IFLA_VTI_OKEY", Type::Be32, "The mark of the policies for sent packets.", "okey KEY"},
    {"fwmark", 6, "IFLA_VTI_FWMARK", Type::U32, "The mark that packets are routed with.", "fwmark MARK"},
};

inline constexpr Row vtiOverIpv4Rows[] = {
    {"local", 4, "IFLA_VTI_LOCAL", Type::Ipv4, "This end; 0.0.0.0 for whichever.", "local ADDRESS"},
    {"remote", 5, "IFLA_VTI_REMOTE", Type::Ipv4, "The other end; 0.0.0.0 for any.", "remote ADDRESS"},
};
inline constexpr auto vtiRows = together<vtiCommonRows, vtiOverIpv4Rows>;
inline constexpr Table vtiData{"VtiData", vtiRows};

inline constexpr Row vtiOverIpv6Rows[] = {
    {"local", 4, "IFLA_VTI_LOCAL", Type::Ipv6, "This end; :: for whichever.", "local ADDRESS"},
    {"remote", 5, "IFLA_VTI_REMOTE", Type::Ipv6, "The other end; :: for any.", "remote ADDRESS"},
};
inline constexpr auto vti6Rows = together<vtiCommonRows, vtiOverIpv6Rows>;
inline constexpr Table vti6Data{"Vti6Data", vti6Rows};

}  // namespace netplumb
