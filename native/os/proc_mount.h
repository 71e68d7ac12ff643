// A mount of proc that no path leads to, for the settings of namespaces that come and go. In the common one
// the kernel keeps an entry of /proc/sys/net for each namespace that was ever looked at, all in one chain:
// a look into the next namespace walks past all before it. See docs/decisions/030.
#pragma once

#include <memory>

#include "base/unique_fd.h"

namespace netplumb {

/// How many looks are taken through one mount before another takes its place. Measured: one costs 50 us to
/// make, and to give up 250 us and 5 us for each look; the chain costs 0.2 us for each look before.
inline constexpr unsigned kLooksPerProcMount = 64;

/// A directory to open from, the same for all threads. It is the process' for good: one descriptor. Empty
/// where that must not be used or cannot be made, and the common one is to be used: where `path`, absolute
/// and in the common one, is read-only or is not proc, or without CAP_SYS_ADMIN, or before Linux 5.2.
std::shared_ptr<const UniqueFd> ownProcMount(const char* path);

}  // namespace netplumb
