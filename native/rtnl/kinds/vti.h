// vti: an IPsec tunnel as a link. Kernel: net/ipv4/ip_vti.c.
#pragma once

#include "rtnl/vti_table.h"

namespace netplumb::kinds {

inline constexpr Kind vti{"vti", &vtiData};

}  // namespace netplumb::kinds
