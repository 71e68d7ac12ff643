// The netlink socket on the real kernel, and behind a fake one where that answers too well.
#include "netlink/socket.h"

#include <doctest/doctest.h>
#include <linux/if_bridge.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "exchange.h"
#include "fake_kernel.h"
#include "os/network_namespace.h"

using namespace netplumb;
using namespace netplumb::test;

static ByteVector list(Socket& socket) {
  ByteVector request = listLinks();
  Acknowledgement refusal;
  ByteVector messages = socket.dump(request, refusal);
  CHECK(refusal.error == 0);
  return messages;
}

TEST_CASE("requests sent together get an answer each, a failing one in the middle too") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    const auto outcomes = exchange(
        socket, {addBridge("br0"), addBridge("br0"), removeLink("none"), addBridge("br1"), getLink("br1")});
    const int errors[] = {0, EEXIST, ENODEV, 0, 0};
    for (size_t i = 0; i < outcomes.size(); i++) {
      CHECK(outcomes[i].answered);
      CHECK(outcomes[i].ack.error == errors[i]);
      CHECK(outcomes[i].reply.empty() == (errors[i] != 0));
    }
    CHECK(namesIn(outcomes[0].reply) == std::vector<std::string>{"br0"});
    CHECK(namesIn(outcomes[3].reply) == std::vector<std::string>{"br1"});
    CHECK(namesIn(outcomes[4].reply) == std::vector<std::string>{"br1"});
  });
}

TEST_CASE("a get is answered by its object, or by an error") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    CHECK(namesIn(exchange(socket, {getLink("lo")}).front().reply) == std::vector<std::string>{"lo"});
    const auto missing = exchange(socket, {getLink("eth0")}).front();
    CHECK(missing.answered);
    CHECK(missing.ack.error == ENODEV);
  });
}

TEST_CASE("the kernel's own sentence comes with a refusal") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    const auto outcome = exchange(socket, {linkRequest(RTM_NEWLINK, creating, 0,
                                                       [](Writer& writer) {
                                                         const auto info =
                                                             writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
                                                         writer.text(IFLA_INFO_KIND, "no-such-kind");
                                                         writer.endNest(info);
                                                       })})
                             .front();
    CHECK(outcome.ack.error == EOPNOTSUPP);
    CHECK(outcome.ack.message == "Unknown device type");
  });
}

// A multicast group without its entry (rtnl_mdb_add in net/core/rtnetlink.c): no object of ours is refused so
// by every kernel, and an older one does not say so of this.
TEST_CASE("a refusal names the attribute that is missing") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    Writer writer;
    const auto mark = writer.beginMessage(RTM_NEWMDB, creating);
    writer.patch(writer.reserve(sizeof(br_port_msg)), br_port_msg{AF_BRIDGE, 1});
    writer.endMessage(mark);
    const auto outcome = exchange(socket, {writer.take()}).front();
    CHECK(outcome.ack.error != 0);
    if (outcome.ack.message != "Missing MDBA_SET_ENTRY attribute") {
      MESSAGE("skipped: this kernel does not say so");
      return;
    }
    CHECK(outcome.ack.missingType == MDBA_SET_ENTRY);
    CHECK_FALSE(outcome.ack.missingNest);
  });
}

TEST_CASE("a socket keeps the namespace it was opened in") {
  std::optional<Socket> socket;
  inFreshNamespace([&] {
    socket = Socket::open();
    exchange(*socket, {addBridge("br0")});
  });
  CHECK(namesIn(list(*socket)) == std::vector<std::string>{"lo", "br0"});
}

// The sequence number that the socket has used last.
static uint32_t latest(Socket& socket) {
  ByteVector request = getLink("lo");
  ByteVector* const one[] = {&request};
  socket.exchange(one);
  return readAt<nlmsghdr>(request).nlmsg_seq;
}

// Sends on the descriptor behind the socket's back; the answer waits in its queue.
static void sendRaw(int fd, ByteVector request, uint32_t sequence, uint32_t port = 0) {
  std::memcpy(request.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
  sockaddr_nl to{};
  to.nl_family = AF_NETLINK;
  to.nl_pid = port;
  REQUIRE(::sendto(fd, request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) ==
          static_cast<ssize_t>(request.size()));
}

TEST_CASE("answers to earlier requests are skipped") {
  inFreshNamespace([] {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    const uint32_t last = latest(*socket);
    for (const uint32_t offset : {0xffffffffU, 0U, 0x80000000U, 0xfffffffeU})
      sendRaw(fd, removeLink("none"), last + offset);
    CHECK(exchange(*socket, {addBridge("br0")}).front().ack.error == 0);
    sendRaw(fd, listLinks(), last);
    CHECK(namesIn(exchange(*socket, {getLink("br0")}).front().reply) == std::vector<std::string>{"br0"});
    sendRaw(fd, removeLink("none"), last + 1);
    CHECK(namesIn(list(*socket)) == std::vector<std::string>{"lo", "br0"});
  });
}

TEST_CASE("an object with the right number that strayed here is not taken for the answer") {
  inFreshNamespace([] {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    exchange(*socket, {addBridge("br0")});
    sendRaw(fd, getLink("br0"), latest(*socket) + 1);
    ByteVector request = getLink("lo");
    reinterpret_cast<nlmsghdr*>(request.data())->nlmsg_flags |= NLM_F_ACK;
    CHECK(namesIn(exchange(*socket, {request}).front().reply) == std::vector<std::string>{"lo"});
    sendRaw(fd, getLink("br0"), latest(*socket) + 1);
    CHECK(exchange(*socket, {removeLink("br0")}).front().reply.empty());
  });
}

TEST_CASE("sockets do not number their requests alike") {
  inFreshNamespace([] {
    Socket first = Socket::open(), second = Socket::open();
    CHECK(latest(first) != latest(second));
  });
}

TEST_CASE("only the kernel is believed") {
  inFreshNamespace([] {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    const uint32_t last = latest(*socket);
    sockaddr_nl own{};
    socklen_t size = sizeof own;
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) == 0);
    const UniqueFd forger(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    const ByteVector request = addBridge("br0");
    sendRaw(forger.get(), acknowledge(messagesOf(request).front(), EPERM), last + 1, own.nl_pid);
    const auto outcome = exchange(*socket, {request}).front();
    CHECK(outcome.ack.error == 0);
    CHECK(namesIn(outcome.reply) == std::vector<std::string>{"br0"});
  });
}

TEST_CASE("as many creations as one job sends at once keep all their answers") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    std::vector<ByteVector> requests;
    for (int i = 0; i < 64; i++) requests.push_back(addBridge("br" + std::to_string(i)));
    size_t answered = 0, echoed = 0;
    for (const Outcome& outcome : exchange(socket, std::move(requests))) {
      answered += outcome.answered;
      echoed += !outcome.reply.empty();
    }
    CHECK(answered == 64);
    CHECK(echoed == 64);
  });
}

TEST_CASE("a lost answer is told from a refusal") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  FakeKernel kernel(fd, [](Bytes sent) {
    const auto messages = messagesOf(sent);
    return Datagrams{acknowledge(messages.at(0)), acknowledge(messages.at(2), EEXIST)};
  });
  const auto outcomes = exchange(*socket, {addBridge("a"), addBridge("b"), addBridge("c")});
  CHECK(outcomes[0].answered);
  CHECK(outcomes[0].ack.error == 0);
  CHECK_FALSE(outcomes[1].answered);
  CHECK(outcomes[1].ack.error == ETIMEDOUT);
  CHECK(outcomes[2].answered);
  CHECK(outcomes[2].ack.error == EEXIST);
  CHECK(kernel.sends() == std::vector<size_t>{3});
}

TEST_CASE("answers may come in any order and in one datagram") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  const FakeKernel kernel(fd, [](Bytes sent) {
    const auto messages = messagesOf(sent);
    ByteVector both = acknowledge(messages.at(1), EBUSY);
    const ByteVector first = acknowledge(messages.at(0), EEXIST);
    both.insert(both.end(), first.begin(), first.end());
    return Datagrams{both};
  });
  const auto outcomes = exchange(*socket, {addBridge("a"), addBridge("b")});
  CHECK(outcomes[0].ack.error == EEXIST);
  CHECK(outcomes[1].ack.error == EBUSY);
}

// Answers a list of one link, marked as changed the first `times` times; each reading has a link of its own
// name.
static FakeKernel::Answer interrupted(int times) {
  return [times, count = 0](Bytes sent) mutable {
    const auto request = messagesOf(sent).front();
    const ByteVector link = getLink("link" + std::to_string(count));
    const uint16_t mark = count++ < times ? NLM_F_DUMP_INTR : 0;
    const int status = 0;
    return Datagrams{answer(request, RTM_NEWLINK, NLM_F_MULTI, Bytes(link).subspan(NLMSG_HDRLEN)),
                     answer(request, NLMSG_DONE, NLM_F_MULTI | mark,
                            {reinterpret_cast<const uint8_t*>(&status), sizeof status})};
  };
}

TEST_CASE("a list that changed while it was read is read again, five times at most") {
  for (const int times : {0, 1, 5}) {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    FakeKernel kernel(fd, interrupted(times));
    CHECK(namesIn(list(*socket)) == std::vector<std::string>{"link" + std::to_string(times)});
    CHECK(kernel.sends().size() == static_cast<size_t>(times) + 1);
  }
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  FakeKernel kernel(fd, interrupted(6));
  CHECK(errorOf([&] { list(*socket); }).error() == EAGAIN);
  CHECK(kernel.sends().size() == 6);
}

TEST_CASE("a list may be refused at once or at its end") {
  for (const uint16_t type : {NLMSG_ERROR, NLMSG_DONE}) {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    const FakeKernel kernel(fd, [type](Bytes sent) {
      const nlmsgerr body{-EOPNOTSUPP, {}};
      return Datagrams{answer(messagesOf(sent).front(), type, NLM_F_CAPPED,
                              {reinterpret_cast<const uint8_t*>(&body), sizeof body})};
    });
    ByteVector request = listLinks();
    Acknowledgement refusal;
    socket->dump(request, refusal);
    CHECK(refusal.error == EOPNOTSUPP);
  }
}

TEST_CASE("lists read while links come and go hold every link that stayed, once") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    std::vector<ByteVector> requests;
    for (int i = 0; i < 60; i++) requests.push_back(addBridge("stays" + std::to_string(i)));
    exchange(socket, std::move(requests));
    std::atomic<bool> stop = false;
    std::thread churn([&stop, own = Socket::open()]() mutable {
      for (int i = 0; !stop; i++) {
        const std::string name = "goes" + std::to_string(i % 3);
        exchange(own, {addBridge(name), removeLink(name)});
      }
    });
    int whole = 0;
    for (int i = 0; i < 100; i++) {
      ByteVector request = listLinks();
      Acknowledgement refusal;
      try {
        std::map<std::string, int> seen;
        for (const std::string& name : namesIn(socket.dump(request, refusal))) seen[name]++;
        whole++;
        for (int link = 0; link < 60; link++) CHECK(seen["stays" + std::to_string(link)] == 1);
      } catch (const SystemError& error) {
        CHECK(error.error() == EAGAIN);
      }
    }
    stop = true;
    churn.join();
    CHECK(whole > 0);
  });
}

namespace {

// Until the end of the scope, a signal whose handler does not restart system calls hits the thread that made
// it, all the time.
class SignalStorm {
 public:
  SignalStorm() {
    struct sigaction action {};
    action.sa_handler = [](int) { count_++; };
    ::sigaction(SIGUSR1, &action, &before_);
    count_ = 0;
    shooter_ = std::thread([this, target = ::pthread_self()] {
      while (!stop_) {
        ::pthread_kill(target, SIGUSR1);
        std::this_thread::sleep_for(std::chrono::microseconds(10));
      }
    });
  }
  ~SignalStorm() {
    stop_ = true;
    shooter_.join();
    ::sigaction(SIGUSR1, &before_, nullptr);
  }
  int count() const { return count_; }

 private:
  static inline std::atomic<int> count_;
  std::atomic<bool> stop_ = false;
  struct sigaction before_ {};
  std::thread shooter_;
};

}  // namespace

TEST_CASE("signals that arrive while it talks to the kernel change nothing") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    exchange(socket, {addBridge("br0")});
    const SignalStorm storm;
    while (storm.count() < 5'000) {
      const auto outcomes = exchange(socket, {addBridge("br0"), getLink("br0"), removeLink("none")});
      CHECK(outcomes[0].ack.error == EEXIST);
      CHECK(outcomes[1].ack.error == 0);
      CHECK(outcomes[2].ack.error == ENODEV);
      CHECK(namesIn(list(socket)).size() == 2);
    }
  });
}

TEST_CASE("signals that arrive while it waits for an answer change nothing") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  const FakeKernel kernel(fd, [](Bytes sent) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    return agree(sent);
  });
  const SignalStorm storm;
  while (storm.count() < 2'000)
    CHECK(exchange(*socket, {addBridge("a"), addBridge("b")}).back().ack.error == 0);
}

TEST_CASE("signals that keep coming do not make it wait for ever") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  const FakeKernel kernel(fd, [](Bytes) { return Datagrams{}; });
  const SignalStorm storm;
  CHECK(exchange(*socket, {addBridge("a")}).front().ack.error == ETIMEDOUT);
  CHECK(storm.count() > 0);
}
