// Turns the message that added a route into one that removes that route and no other. The kernel removes the
// first route that fits what the message says, and an addition may leave most unsaid.
#pragma once

#include "netlink/socket.h"

namespace netplumb {

// Says the metric that IPv6 chose: without it, or with 0, the route with the smallest would go.
void nameMetric(ByteVector& addition);

// Whether at most one route stands that the kernel could take for the one that was added. Reads the table.
bool isUnmistakable(Socket& socket, Bytes addition);

}  // namespace netplumb
