// dummy: a link that drops what it is given; for addresses and routes. Kernel: drivers/net/dummy.c.
#pragma once

#include "netlink/table.h"

namespace netplumb::kinds {

inline constexpr Kind dummy{"dummy", nullptr};

}  // namespace netplumb::kinds
