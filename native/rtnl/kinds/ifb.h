// ifb: where received packets are redirected to, to be queued and shaped. Kernel: drivers/net/ifb.c.
#pragma once

#include "netlink/table.h"

namespace netplumb::kinds {

inline constexpr Kind ifb{"ifb", nullptr};

}  // namespace netplumb::kinds
