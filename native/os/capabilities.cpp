// capget without libcap. Version 3: two words of 32 capabilities each.
#include "os/capabilities.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/system_error.h"

namespace netplumb {

bool hasCapability(int capability) {
  if (capability < 0 || capability >= 32 * _LINUX_CAPABILITY_U32S_3) return false;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};  // pid 0: the calling thread
  __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3]{};
  if (::syscall(SYS_capget, &header, words) != 0) fail(errno, "capability.get");
  return (words[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

}  // namespace netplumb
