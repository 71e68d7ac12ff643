// A transaction of nfnetlink: messages that the kernel carries out all together or not at all, in one send.
// Knows nothing of what they say.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "netlink/socket.h"

namespace netplumb {

// What became of each message; all stand where none has an error, otherwise none. A commit that was refused
// as a whole is every message's error. `subsystem` is one of NFNL_SUBSYS_…. With a generation it is ERESTART,
// and nothing done, where the rules are of another one by now (NFNL_BATCH_GENID).
std::vector<Outcome> transact(Socket& socket, uint16_t subsystem, std::span<ByteVector* const> messages,
                              std::optional<uint32_t> generation);

}  // namespace netplumb
