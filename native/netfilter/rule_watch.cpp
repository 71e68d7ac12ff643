// A member of the multicast group NFNLGRP_NFTABLES (include/uapi/linux/netfilter/nfnetlink.h). Announcements
// that found no room say as much as those that did: something changed.
#include "netfilter/rule_watch.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/system_error.h"

namespace netplumb {

RuleWatch::RuleWatch()
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER)),
      closed_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!socket_) fail(errno, "nftables.watch");
  if (!closed_) fail(errno, "nftables.watch");
  // Without an address of its own it would be told nothing.
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&own), sizeof own) != 0)
    fail(errno, "nftables.watch");
  const int group = NFNLGRP_NFTABLES;
  if (setsockopt(socket_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0)
    fail(errno, "nftables.watch");
}

bool RuleWatch::await(int wakeFd) {
  std::array<pollfd, 3> ready{{{closed_.get(), POLLIN, 0}, {wakeFd, POLLIN, 0}, {socket_.get(), POLLIN, 0}}};
  while (::poll(ready.data(), ready.size(), -1) < 0)
    if (errno != EINTR) fail(errno, "nftables.watch");
  if (ready[0].revents || ready[1].revents) return false;
  std::array<uint8_t, 16384> unread;
  while (::recv(socket_.get(), unread.data(), unread.size(), MSG_DONTWAIT | MSG_TRUNC) >= 0 ||
         errno == EINTR || errno == ENOBUFS) {
  }
  if (errno != EAGAIN) fail(errno, "nftables.watch");
  return true;
}

void RuleWatch::close() {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(closed_.get(), &one, sizeof one);
}

}  // namespace netplumb
