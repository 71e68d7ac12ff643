// What found no room is told once, by ENOBUFS, before what did find room; nothing finds room any more until
// that was read (netlink_overrun in net/netlink/af_netlink.c).
#include "monitor/multicast_socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/system_error.h"
#include "netlink/datagram.h"

namespace netplumb {

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
  const Datagram datagram = receiveDatagram(fd_.get());
  switch (datagram.error) {
    case 0:
      return {Found::Messages, datagram.messages};
    case EAGAIN:
      return {Found::Nothing, {}};
    case ENOBUFS:
    case EMSGSIZE:
      return {Found::Loss, {}};
    default:
      fail(datagram.error, "monitor.receive");
  }
}

}  // namespace netplumb
