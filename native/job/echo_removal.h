// Turns what the kernel echoed of an addition into the request that removes just that.
#pragma once

#include "netlink/reader.h"
#include "netlink/table.h"

namespace netplumb {

// The message's type and flags are the caller's.
ByteVector removalOf(const Object& object, Bytes echo);

}  // namespace netplumb
