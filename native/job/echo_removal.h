// Turns what the kernel echoed of an addition into the request that removes just that.
#pragma once

#include "netlink/reader.h"
#include "netlink/socket.h"
#include "netlink/table.h"

namespace netplumb {

// The message's type and flags are the caller's.
ByteVector removalOf(const Object& object, Bytes echo);

// Whether the removal of a rule can mean just one: it leaves open what it does not name, and the kernel takes
// the first that fits.
bool isFirstOfItsKind(Socket& socket, const Object& object, Bytes removal);

}  // namespace netplumb
