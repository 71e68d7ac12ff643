// Opens a file that claims to be a network namespace, without touching it when it is something else.
// Internal to os/: network_namespace.h and named_namespace.h are what others use.
#pragma once

#include <string>

#include "base/unique_fd.h"

namespace netplumb {

/// Looks at the file with O_PATH first, which neither waits for a FIFO's writer nor wakes a device's driver,
/// and opens it only once it is known to be on nsfs. `flags` may add O_NOFOLLOW. SystemError with the given
/// operation and target.
UniqueFd openNamespaceFile(int directoryFd, const char* path, int flags, const std::string& operation,
                           const std::string& target);

/// The same check for a descriptor that is open already: SystemError EINVAL unless it is a network namespace.
void requireNetworkNamespace(int fd, const std::string& operation, const std::string& target);

/// As openNamespaceFile with O_NOFOLLOW, but an empty UniqueFd for anything that is not one, or has just
/// gone.
UniqueFd probeNamespaceFile(int directoryFd, const char* path) noexcept;

}  // namespace netplumb
