// The address is read by getaddrinfo in its numeric mode: it knows scopes (fe80::1%eth0), and finds their
// links in the namespace the thread is in.
#include "os/stream_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "base/system_error.h"

namespace netplumb {

namespace {

constexpr const char* kListen = "listen";

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddressList resolveNumeric(const BindAddress& where) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int refused =
      ::getaddrinfo(where.address.c_str(), std::to_string(where.port).c_str(), &hints, &found);
  if (refused == EAI_SYSTEM) fail(errno, kListen, where.address);
  if (refused != 0) fail(EINVAL, kListen, where.address, ::gai_strerror(refused));
  return {found, &::freeaddrinfo};
}

void enable(const UniqueFd& fd, int level, int option, bool on, const std::string& target) {
  const int value = on ? 1 : 0;
  if (::setsockopt(fd.get(), level, option, &value, sizeof value) != 0) fail(errno, kListen, target);
}

}  // namespace

UniqueFd openStreamSocket(int family) {
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd) fail(errno, "socket.open");
  return fd;
}

UniqueFd openBoundSocket(const BindAddress& where) {
  const auto resolved = resolveNumeric(where);
  UniqueFd fd = openStreamSocket(resolved->ai_family);
  const std::string target = where.address + " port " + std::to_string(where.port);
  enable(fd, SOL_SOCKET, SO_REUSEADDR, true, target);  // as libuv does: a server restarts beside TIME_WAIT
  if (resolved->ai_family == AF_INET6) enable(fd, IPPROTO_IPV6, IPV6_V6ONLY, where.ipv6Only, target);
  if (::bind(fd.get(), resolved->ai_addr, resolved->ai_addrlen) != 0) fail(errno, kListen, target);
  return fd;
}

}  // namespace netplumb
