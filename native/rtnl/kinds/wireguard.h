// wireguard: an encrypted tunnel; its keys and peers are generic netlink, not here. Kernel:
// drivers/net/wireguard.
#pragma once

#include "netlink/table.h"

namespace netplumb::kinds {

inline constexpr Kind wireguard{"wireguard", nullptr};

}  // namespace netplumb::kinds
