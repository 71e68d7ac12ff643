// TCP sockets made in one namespace and served from another.
#include "os/stream_socket.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "os/network_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

// In a namespace that has nothing but its loopback. Up, for with no address at all the kernel takes any for
// local.
template <typename Act>
auto inFresh(Act act) {
  return onThread([&] {
    FreshNamespace fresh;
    shell("ip link set lo up");
    return act();
  });
}

}  // namespace

TEST_CASE("a stream socket") {
  SUBCASE("belongs to the namespace it was made in, and does not block") {
    UniqueFd fd = inFresh([] { return openStreamSocket(AF_INET); });
    CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
    sockaddr_in outside{AF_INET, htons(9), {htonl(0xc0000201)}, {}};  // 192.0.2.1
    CHECK(::connect(fd.get(), reinterpret_cast<sockaddr*>(&outside), sizeof outside) == -1);
    CHECK(errno == ENETUNREACH);
  }

  SUBCASE("is bound to the address and port given, or a port of the kernel's choice") {
    UniqueFd fd = inFresh([] { return openBoundSocket({"0.0.0.0", 0, false}); });
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0);
    CHECK(bound.sin_family == AF_INET);
    CHECK(bound.sin_port != 0);
  }

  SUBCASE("takes all of both families with '::', or IPv6 alone") {
    const auto both = [](bool ipv6Only) {
      return inFresh([&] {
        UniqueFd six = openBoundSocket({"::", 4000, ipv6Only});
        UniqueFd four(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in any{AF_INET, htons(4000), {htonl(INADDR_ANY)}, {}};
        return ::bind(four.get(), reinterpret_cast<sockaddr*>(&any), sizeof any);
      });
    };
    CHECK(both(true) == 0);
    CHECK(both(false) == -1);
  }

  SUBCASE("is refused with the address in the error") {
    const auto refusal = [](const BindAddress& where) {
      return inFresh([&] { return errorOf([&] { openBoundSocket(where); }); });
    };
    SystemError absent = refusal({"192.0.2.1", 80, false});
    CHECK(absent.error() == EADDRNOTAVAIL);
    CHECK(absent.operation() == "listen");
    CHECK(absent.target() == "192.0.2.1 port 80");
    CHECK(refusal({"localhost", 80, false}).error() == EINVAL);
    CHECK(refusal({"fe80::1%nolink", 80, false}).error() == EINVAL);
  }
}
