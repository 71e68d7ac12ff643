// An rtnetlink socket that hears announcements and asks nothing. It keeps the namespace it was opened in.
#pragma once

#include <span>

#include "base/unique_fd.h"
#include "netlink/reader.h"

namespace netplumb {

class MulticastSocket {
 public:
  // In the calling thread's namespace. A group that the kernel has not is left out: it announces nothing.
  // The buffer's bytes may exceed net.core.rmem_max where the process is privileged.
  MulticastSocket(std::span<const uint32_t> groups, int receiveBuffer);

  // Readable when there is something to receive.
  int fd() const { return fd_.get(); }

  enum class Found { Messages, Nothing, Loss };
  struct Received {
    Found found;
    Bytes messages;  // valid until the calling thread's next call
  };
  // Without waiting. Loss: announcements found no room, or were cut short. SystemError for anything else.
  Received receive();

 private:
  UniqueFd fd_;
};

}  // namespace netplumb
