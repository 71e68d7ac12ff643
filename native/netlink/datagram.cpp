#include "netlink/datagram.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

namespace netplumb {

// More than a message of the kernel's has (NLMSG_GOODSIZE is a page, a part of a list 32 KiB). Always this
// size: a smaller buffer later on the same socket would truncate silently, for the kernel remembers the
// largest.
static constexpr size_t receiveSize = 64 * 1024;

Datagram receiveDatagram(int fd) {
  static thread_local ByteVector buffer(receiveSize);
  sockaddr_nl from{};
  iovec part{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  ssize_t length;
  do length = recvmsg(fd, &message, MSG_DONTWAIT);
  while (length < 0 && errno == EINTR);
  if (length < 0) return {errno};
  if (from.nl_pid != 0) return {};  // only the kernel is believed
  if (message.msg_flags & MSG_TRUNC) return {EMSGSIZE};
  return {0, Bytes(buffer).first(static_cast<size_t>(length))};
}

}  // namespace netplumb
