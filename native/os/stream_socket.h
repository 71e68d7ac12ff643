// TCP sockets made for somebody else to use: a socket keeps the namespace it was made in, so construct it
// there and hand its descriptor to whoever serves it from another.
#pragma once

#include <cstdint>
#include <string>

#include "base/unique_fd.h"

namespace netplumb {

/// Where a server listens. `address` is a dotted quad or IPv6 text (link-local ones with %NAME).
struct BindAddress {
  std::string address;
  uint16_t port;  ///< 0: the kernel chooses
  bool ipv6Only;  ///< of '::': whether it leaves IPv4 to others
};

/// Neither bound nor connected, non-blocking. SystemError, EAFNOSUPPORT where the kernel lacks the family.
UniqueFd openStreamSocket(int family);

/// Bound, not yet listening. SystemError EADDRINUSE, EADDRNOTAVAIL, EACCES; EINVAL unless an address.
UniqueFd openBoundSocket(const BindAddress& where);

}  // namespace netplumb
