// Shows that somebody is alive, under a name that the kernel drops with him: an abstract Unix socket, seen in
// the network namespace it was bound in and nowhere else. Nothing is ever sent. Knows neither who it is nor
// why it matters.
#pragma once

#include <string_view>

#include "base/unique_fd.h"

namespace netplumb {

/// Holds the name in the calling thread's namespace until the descriptor is closed. SystemError EADDRINUSE
/// when somebody has it, EINVAL for a name that is empty or longer than 107 bytes.
UniqueFd announcePresence(std::string_view name);

/// Whether somebody holds it there. Asking leaves no trace with him.
bool isPresent(std::string_view name);

}  // namespace netplumb
