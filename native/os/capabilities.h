// Asks what the calling thread may do, so that an error or `doctor` can name what is missing. Never changes
// it.
#pragma once

#include <linux/capability.h>

namespace netplumb {

/// Whether the capability (CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_NET_RAW, …) is in the calling thread's effective
/// set. False for numbers the kernel does not know.
bool hasCapability(int capability);

}  // namespace netplumb
