// Takes flows out of the kernel's connection tracking, by ctnetlink: those that are meant and no others.
#pragma once

#include <span>

#include "netfilter/flow.h"
#include "netlink/socket.h"

namespace netplumb {

// In the namespace of the socket, which is an nfnetlink one. False where the kernel has no ctnetlink: nothing
// was done. Where nothing is tracked it costs one message; else the kernel looks through its whole table, 0.2
// ms for each pattern that its filter can say, 4.5 ms and more for all others together, on a table of the
// usual 262,144 buckets. SystemError, std::invalid_argument for a pattern that is too wide.
bool dropFlows(Socket& socket, std::span<const FlowPattern> patterns);

}  // namespace netplumb
