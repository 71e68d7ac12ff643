// The rtnetlink objects there are, and the kinds of link. Adding an object is one table and one line here;
// kinds list themselves.
#pragma once

#include <span>
#include <string_view>

#include "netlink/table.h"

namespace netplumb {

std::span<const Object* const> routeObjects();

std::span<const Kind* const> linkKinds();
const Kind* findLinkKind(std::string_view name);

}  // namespace netplumb
