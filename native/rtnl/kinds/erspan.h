// erspan: mirrored traffic inside GRE. Kernel: net/ipv4/ip_gre.c.
#pragma once

#include "rtnl/gre_table.h"

namespace netplumb::kinds {

inline constexpr Kind erspan{"erspan", &erspanData};

}  // namespace netplumb::kinds
