// The ioctls of drivers/net/tun.c (include/uapi/linux/if_tun.h).
#include "os/tun.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "base/system_error.h"

namespace netplumb {

static constexpr char devicePath[] = "/dev/net/tun";

static void control(const UniqueFd& fd, unsigned long request, unsigned long value,
                    const TunOptions& options) {
  if (::ioctl(fd.get(), request, value) != 0) fail(errno, "tun.add", options.name);
}

TunDevice openTun(const TunOptions& options) {
  UniqueFd fd(::open(devicePath, O_RDWR | O_CLOEXEC));
  if (!fd) fail(errno, "tun.add", options.name, std::string("cannot open ") + devicePath);
  ifreq request{};
  std::strncpy(request.ifr_name, options.name.c_str(), sizeof request.ifr_name - 1);
  const int flags = (options.ethernet ? IFF_TAP : IFF_TUN) | (options.packetInformation ? 0 : IFF_NO_PI) |
                    (options.vnetHeader ? IFF_VNET_HDR : 0) | (options.multiQueue ? IFF_MULTI_QUEUE : 0) |
                    (options.exclusive ? IFF_TUN_EXCL : 0);
  request.ifr_flags = static_cast<short>(flags);
  if (::ioctl(fd.get(), TUNSETIFF, &request) != 0) fail(errno, "tun.add", options.name);
  // From here on the link goes with the descriptor, until it is made persistent.
  if (options.owner) control(fd, TUNSETOWNER, *options.owner, options);
  if (options.group) control(fd, TUNSETGROUP, *options.group, options);
  if (options.persistent) control(fd, TUNSETPERSIST, 1, options);
  const uint32_t index = ::if_nametoindex(request.ifr_name);
  if (index == 0) fail(errno, "tun.add", request.ifr_name, "it went away at once");
  return {request.ifr_name, index, std::move(fd)};
}

}  // namespace netplumb
