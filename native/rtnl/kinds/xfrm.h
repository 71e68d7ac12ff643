// xfrm: IPsec policies as a link, chosen by number. Kernel: net/xfrm/xfrm_interface_core.c (xfrmi_policy and
// xfrmi_fill_info).
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb::kinds {

inline constexpr Row xfrmRows[] = {
    {"link", 1, "IFLA_XFRM_LINK", Type::LinkIndex, "The link that packets leave by.", "dev NAME"},
    {"ifId", 2, "IFLA_XFRM_IF_ID", Type::U32,
     "The number of the policies and states that are meant; needed at creation unless `collectMetadata` is "
     "on.",
     "if_id HEX", Access::ReadWrite, nullptr, Names(), 1, UINT32_MAX},
    {"collectMetadata", 3, "IFLA_XFRM_COLLECT_METADATA", Type::Flag,
     "Whether each packet says itself which policies are meant.", "external"},
};
inline constexpr Table xfrmData{"XfrmData", xfrmRows};
inline constexpr Kind xfrm{"xfrm", &xfrmData};

}  // namespace netplumb::kinds
