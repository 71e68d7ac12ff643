// The objects of nfnetlink there are. Adding one is one table and one line.
#pragma once

#include <span>

#include "netlink/table.h"

namespace netplumb {

std::span<const Object* const> netfilterObjects();

}  // namespace netplumb
