// One datagram off a netlink socket: the only recvmsg on one. Knows nothing of what stands in it.
#pragma once

#include "netlink/reader.h"

namespace netplumb {

struct Datagram {
  int error = 0;     // EAGAIN: there is none. ENOBUFS: some found no room. EMSGSIZE: it was cut short.
  Bytes messages{};  // until the calling thread's next call; none where somebody else than the kernel sent it
};

// Without waiting. Never throws.
Datagram receiveDatagram(int fd);

}  // namespace netplumb
