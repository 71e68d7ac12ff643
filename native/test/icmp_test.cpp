// Echo between namespaces: container 10.9.0.2 - router 10.9.0.1 / 10.9.1.1 - far 10.9.1.2.
#include "os/icmp.h"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "os/network_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

class Triangle {
 public:
  Triangle() {
    Output built = shell(
        "set -e; for n in c r f; do ip netns add $n; ip -n $n link set lo up; done;"
        "ip -n r link add rc type veth peer name eth0 netns c; ip -n r link add rf type veth peer name eth0 "
        "netns f;"
        "ip -n c addr add 10.9.0.2/24 dev eth0; ip -n r addr add 10.9.0.1/24 dev rc;"
        "ip -n f addr add 10.9.1.2/24 dev eth0; ip -n r addr add 10.9.1.1/24 dev rf;"
        "for l in rc rf; do ip -n r link set $l up; done; ip -n c link set eth0 up; ip -n f link set eth0 up;"
        "ip -n c route add 10.9.1.0/24 via 10.9.0.1; ip -n c route add 10.9.2.0/24 via 10.9.0.1;"
        "ip -n f route add 10.9.0.0/24 via 10.9.1.1; ip -n r route add prohibit 10.9.2.0/25; ip -n r route "
        "add unreachable 10.9.2.128/25;"
        "nsenter --net=/run/netns/r sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'");
    if (built.status != 0) fail(EINVAL, "triangle", {}, built.text);
  }
  ~Triangle() { shell("for n in c r f; do ip netns del $n; done"); }
};

template <typename Socket>
Socket openIn(const char* name) {
  return onThread([&] {
    UniqueFd fd = openNamespaceByName(name);
    EnterNamespace scope(fd.get());
    return Socket();
  });
}

}  // namespace

TEST_CASE("echo between namespaces") {
  Triangle triangle;
  EchoSocket socket = openIn<EchoSocket>("c");

  SUBCASE("is answered, with sender, time, ttl and sequence, to a socket used from another namespace") {
    EchoReply near = socket.echo("10.9.0.1", 2000, 1);
    CHECK(near.from == "10.9.0.1");
    CHECK(near.ttl == 64);
    CHECK(near.sequence == 1);
    CHECK(near.rttMicroseconds > 0);
    CHECK(near.rttMicroseconds < 2e6);
    EchoReply far = socket.echo("10.9.1.2", 2000, 65535);
    CHECK(far.from == "10.9.1.2");
    CHECK(far.ttl == 63);
    CHECK(far.sequence == 65535);
  }

  SUBCASE("that nobody answers times out after the time given") {
    REQUIRE(
        shell("nsenter --net=/run/netns/f sh -c 'echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all'").status ==
        0);
    auto start = std::chrono::steady_clock::now();
    SystemError error = errorOf([&] { socket.echo("10.9.1.2", 150, 1); });
    auto took = std::chrono::steady_clock::now() - start;
    CHECK(error.error() == ETIMEDOUT);
    CHECK(error.target() == "10.9.1.2");
    CHECK(took >= std::chrono::milliseconds(150));
    CHECK(took < std::chrono::milliseconds(1500));
    CHECK(errorOf([&] { socket.echo("10.9.1.2", 0, 1); }).error() == ETIMEDOUT);
  }

  SUBCASE("without a route is unreachable at once") {
    SystemError error = errorOf([&] { socket.echo("1.1.1.1", 2000, 1); });
    CHECK(error.error() == ENETUNREACH);
    CHECK(error.operation() == "ping");
  }

  SUBCASE("that a router refuses names the router") {
    SystemError unreachable = errorOf([&] { socket.echo("10.9.2.200", 2000, 1); });
    CHECK(unreachable.error() == EHOSTUNREACH);
    CHECK(unreachable.explanation() == "10.9.0.1 says: destination host unreachable");
    SystemError prohibited = errorOf([&] { socket.echo("10.9.2.1", 2000, 1); });
    CHECK(prohibited.error() == EHOSTUNREACH);
    CHECK(prohibited.explanation() == "10.9.0.1 says: destination prohibited by a filter");
    REQUIRE(shell("nsenter --net=/run/netns/c sh -c 'echo 1 > /proc/sys/net/ipv4/ip_default_ttl'").status ==
            0);
    SystemError expired = errorOf([&] { socket.echo("10.9.1.2", 2000, 1); });
    CHECK(expired.error() == EHOSTUNREACH);
    CHECK(expired.explanation() == "10.9.0.1 says: time to live exceeded");
  }

  SUBCASE("is woken by a descriptor, before or during the wait, which stays readable") {
    REQUIRE(
        shell("nsenter --net=/run/netns/f sh -c 'echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all'").status ==
        0);
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    std::jthread waker([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      ::eventfd_write(wake.get(), 1);
    });
    CHECK(errorOf([&] { socket.echo("10.9.1.2", 10000, 1, wake.get()); }).error() == ECANCELED);
    CHECK(errorOf([&] { socket.echo("10.9.1.2", 10000, 1, wake.get()); }).error() == ECANCELED);
    EchoListener listener = openIn<EchoListener>("f");
    CHECK(errorOf([&] { listener.awaitEchoRequest(10000, wake.get()); }).error() == ECANCELED);
    eventfd_t count = 0;
    CHECK(::eventfd_read(wake.get(), &count) == 0);
    CHECK(count == 1);
  }

  SUBCASE("shows its source to a listener that was there before it, and nothing else does") {
    EchoListener listener = openIn<EchoListener>("f");
    CHECK_FALSE(listener.awaitEchoRequest(20));
    socket.echo("10.9.1.2", 2000, 1);
    CHECK(listener.awaitEchoRequest(1000) == "10.9.0.2");
    CHECK_FALSE(listener.awaitEchoRequest(20));
    EchoListener asker = openIn<EchoListener>("c");
    socket.echo("10.9.1.2", 2000, 2);  // the reply reaches c, but is no request
    CHECK_FALSE(asker.awaitEchoRequest(20));
  }

  SUBCASE("keeps many at once apart, though all use the same sequence") {
    std::vector<std::future<int>> asking;
    asking.reserve(8);
    for (int thread = 0; thread < 8; ++thread) {
      asking.push_back(std::async(std::launch::async, [thread] {
        EchoSocket own = openIn<EchoSocket>("c");
        std::string target = thread % 2 == 0 ? "10.9.0.1" : "10.9.1.2";
        int right = 0;
        for (int round = 0; round < 20; ++round) right += own.echo(target, 5000, 1).from == target;
        return right;
      }));
    }
    for (auto& answer : asking) CHECK(answer.get() == 20);
  }

  SUBCASE("takes nothing but an IPv4 address and a time") {
    for (const char* bad :
         {"", "1.1.1", "1.1.1.1.1", "example.com", "::1", "1.1.1.1 ", "01.1.1.1", "256.1.1.1"}) {
      CAPTURE(bad);
      CHECK_THROWS_AS(socket.echo(bad, 100, 1), std::invalid_argument);
    }
    CHECK_THROWS_AS(socket.echo("10.9.0.1", -1, 1), std::invalid_argument);
  }
}

TEST_CASE("a raw socket without CAP_NET_RAW is EPERM and says what is missing") {
  onThread([] {
    dropCapability(CAP_NET_RAW);
    SystemError asking = errorOf([] { EchoSocket(); });
    CHECK(asking.error() == EPERM);
    CHECK(asking.explanation() == "needs CAP_NET_RAW");
    CHECK(errorOf([] { EchoListener(); }).error() == EPERM);
  });
}
