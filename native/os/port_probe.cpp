#include "os/port_probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/system_error.h"
#include "base/unique_fd.h"

namespace netplumb {

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  void setPort(uint16_t port) {
    // The port is at the same place in both.
    reinterpret_cast<sockaddr_in&>(storage).sin_port = htons(port);
  }
};

Address parse(const std::string& text) {
  Address address;
  auto& four = reinterpret_cast<sockaddr_in&>(address.storage);
  auto& six = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    address.size = sizeof four;
  } else if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    address.size = sizeof six;
  } else {
    throw std::invalid_argument("not an IP address: " + text);
  }
  return address;
}

bool isMissing(int errnum) {
  return errnum == EPROTONOSUPPORT || errnum == ESOCKTNOSUPPORT || errnum == EAFNOSUPPORT;
}

}  // namespace

std::optional<uint16_t> firstTakenPort(const PortProbe& probe) {
  Address address = parse(probe.address);
  const int type = probe.protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
  const int on = 1;
  for (uint32_t i = 0; i < probe.range; i++) {
    const auto port = static_cast<uint16_t>(probe.first + i);
    // One socket a port: what is bound cannot be bound anew.
    const UniqueFd socket(::socket(address.storage.ss_family, type | SOCK_CLOEXEC, probe.protocol));
    if (!socket) {
      if (isMissing(errno)) return std::nullopt;
      fail(errno, "port.probe", probe.address);
    }
    // TCP: connections that linger are nobody listening. UDP must not have it: two that do could share.
    if (type == SOCK_STREAM) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.storage.ss_family == AF_INET6)
      ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    address.setPort(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0)
      continue;
    if (errno == EADDRINUSE) return port;
    fail(errno, "port.probe", probe.address + " port " + std::to_string(port));
  }
  return std::nullopt;
}

}  // namespace netplumb
