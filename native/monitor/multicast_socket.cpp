// What found no room is told once, by ENOBUFS, before what did find room; nothing finds room any more until
// that was read (netlink_overrun in net/netlink/af_netlink.c).
#include "monitor/multicast_socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/system_error.h"

namespace netplumb {

// More than any message of the kernel's has (NLMSG_GOODSIZE is a page, a link with virtual functions 32 KiB).
static constexpr size_t receiveSize = 64 * 1024;

MulticastSocket::MulticastSocket(std::span<const uint32_t> groups, int receiveBuffer)
    : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)) {
  if (!fd_) fail(errno, "monitor.open");
  if (setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &receiveBuffer, sizeof receiveBuffer) != 0 &&
      setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer) != 0)
    fail(errno, "monitor.open");
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) fail(errno, "monitor.open");
  for (const uint32_t group : groups)
    if (setsockopt(fd_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0 &&
        errno != EINVAL)
      fail(errno, "monitor.open");
}

MulticastSocket::Received MulticastSocket::receive() {
  static thread_local ByteVector buffer(receiveSize);
  for (;;) {
    sockaddr_nl from{};
    iovec part{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    const ssize_t length = recvmsg(fd_.get(), &message, MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return {Found::Nothing, {}};
    if (length < 0 && errno == ENOBUFS) return {Found::Loss, {}};
    if (length < 0) fail(errno, "monitor.receive");
    if (from.nl_pid != 0) continue;  // only the kernel is believed
    if (message.msg_flags & MSG_TRUNC) return {Found::Loss, {}};
    return {Found::Messages, Bytes(buffer).first(static_cast<size_t>(length))};
  }
}

}  // namespace netplumb
