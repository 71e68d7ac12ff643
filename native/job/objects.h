// Every object that a request can be about, whichever netlink family speaks of it.
#pragma once

#include <span>
#include <string_view>

#include "netlink/table.h"

namespace netplumb {

std::span<const Object* const> objects();
const Object* findObject(std::string_view name);

}  // namespace netplumb
