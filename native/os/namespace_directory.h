// Makes /run/netns what `ip netns` makes of it, and knows when a name put there would be seen by nobody else.
// Internal to os/: NamedNamespace uses it.
#pragma once

#include <cstdint>
#include <string_view>

namespace netplumb {

inline constexpr const char* kNamespaceDirectory = "/run/netns";

/// Once per process: the directory, a shared recursive bind mount of itself. SystemError EINVAL where it is a
/// propagation slave, which is what `ip netns exec` gives its child: what is mounted there stays there.
void prepareNamespaceDirectory();

/// Lets the next prepareNamespaceDirectory do its work again: the directory was found gone.
void forgetNamespaceDirectory() noexcept;

/// Whether the mount with this id, in the text of /proc/PID/mountinfo, stands on `mountPoint` and receives
/// mounts without sending any. By id, for a mount that is covered by another is listed as well.
bool isPropagationSlave(std::string_view mountinfo, uint64_t mountId, std::string_view mountPoint);

}  // namespace netplumb
