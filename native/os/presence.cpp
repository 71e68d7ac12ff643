// Datagram sockets: connecting one asks for the name and nothing else, where a stream would queue at a
// listener.
#include "os/presence.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/system_error.h"

namespace netplumb {

namespace {

constexpr const char* kAnnounce = "presence.announce";
constexpr const char* kAsk = "presence.ask";

struct Address {
  sockaddr_un name{};
  socklen_t size = 0;

  // Abstract: a NUL first, and no NUL counted at the end.
  Address(std::string_view text, const char* operation) {
    if (text.empty() || text.size() >= sizeof name.sun_path) fail(EINVAL, operation, std::string(text));
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path + 1, text.data(), text.size());
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }
};

UniqueFd openSocket(const char* operation) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) fail(errno, operation);
  return fd;
}

}  // namespace

UniqueFd announcePresence(std::string_view name) {
  const Address address(name, kAnnounce);
  UniqueFd fd = openSocket(kAnnounce);
  if (::bind(fd.get(), address.get(), address.size) != 0) fail(errno, kAnnounce, std::string(name));
  return fd;
}

bool isPresent(std::string_view name) {
  const Address address(name, kAsk);
  const UniqueFd fd = openSocket(kAsk);
  if (::connect(fd.get(), address.get(), address.size) == 0) return true;
  if (errno == ECONNREFUSED) return false;
  fail(errno, kAsk, std::string(name));
}

}  // namespace netplumb
