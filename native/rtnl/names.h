// How a row says which names its value has: one of an enumeration, or any of a set of bits.
#pragma once

#include "netlink/table.h"

namespace netplumb {

constexpr Names oneOf(std::span<const Name> list) { return {list, false}; }
constexpr Names anyOf(std::span<const Name> list) { return {list, true}; }

}  // namespace netplumb
