#include "os/port_probe.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>

#include "base/system_error.h"
#include "base/unique_fd.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

UniqueFd bound(int type, uint32_t address, uint16_t& port) {
  UniqueFd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(address);
  name.sin_port = htons(port);
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
  socklen_t size = sizeof name;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&name), &size);
  port = ntohs(name.sin_port);
  return socket;
}

}  // namespace

TEST_CASE("a port is taken while a process listens on it, on that address and on all") {
  uint16_t port = 0;
  const auto listener = bound(SOCK_STREAM, INADDR_LOOPBACK, port);
  REQUIRE(::listen(listener.get(), 1) == 0);
  CHECK(firstTakenPort({IPPROTO_TCP, "127.0.0.1", port, 1}) == port);
  CHECK(firstTakenPort({IPPROTO_TCP, "0.0.0.0", port, 1}) == port);
  CHECK_FALSE(firstTakenPort({IPPROTO_TCP, "127.0.0.2", port, 1}));
  CHECK_FALSE(firstTakenPort({IPPROTO_UDP, "127.0.0.1", port, 1}));
}

TEST_CASE("the first taken port of a range is told") {
  uint16_t port = 0;
  const auto receiver = bound(SOCK_DGRAM, INADDR_ANY, port);
  const auto first = static_cast<uint16_t>(port - 20);
  CHECK(firstTakenPort({IPPROTO_UDP, "0.0.0.0", first, 40}) == port);
}

TEST_CASE("nobody can listen on an address the namespace lacks, nor on what is none") {
  CHECK_THROWS_AS(firstTakenPort({IPPROTO_TCP, "198.51.100.9", 4242, 1}), SystemError);
  CHECK_THROWS_AS(firstTakenPort({IPPROTO_TCP, "localhost", 4242, 1}), std::invalid_argument);
}
