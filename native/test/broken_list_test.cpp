// Lists and answers that break off in the middle: an error that says so, and a socket that is either as good
// as new or known not to be.
#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "exchange.h"
#include "fake_kernel.h"

using namespace netplumb;
using namespace netplumb::test;
using namespace std::chrono_literals;

static ByteVector part(const MessageView& request, const std::string& name) {
  const ByteVector link = getLink(name);
  return answer(request, RTM_NEWLINK, NLM_F_MULTI, Bytes(link).subspan(NLMSG_HDRLEN));
}

static ByteVector end(const MessageView& request) {
  const int status = 0;
  return answer(request, NLMSG_DONE, NLM_F_MULTI, {reinterpret_cast<const uint8_t*>(&status), sizeof status});
}

// More than the 64 KiB that are received at a time.
static ByteVector tooLarge(const MessageView& request) {
  return answer(request, RTM_NEWLINK, NLM_F_MULTI, ByteVector(100'000));
}

static ByteVector malformed(const MessageView& request) {
  ByteVector bytes = part(request, "broken");
  reinterpret_cast<nlmsghdr*>(bytes.data())->nlmsg_len = 4'000;
  return bytes;
}

static ByteVector overrun(const MessageView& request) { return answer(request, NLMSG_OVERRUN, 0, {}); }

static SystemError failureOf(Socket& socket) {
  return errorOf([&] {
    ByteVector request = listLinks();
    Acknowledgement refusal;
    socket.dump(request, refusal);
  });
}

static std::vector<std::string> list(Socket& socket) {
  ByteVector request = listLinks();
  Acknowledgement refusal;
  return namesIn(socket.dump(request, refusal));
}

// Lists are answered well from the second one on; the first is answered by what is pushed.
static FakeKernel::Answer wellButTheFirst() {
  return [lists = 0](Bytes sent) mutable {
    const MessageView request = messagesOf(sent).front();
    if (request.type != RTM_GETLINK) return agree(sent);
    return lists++ == 0 ? Datagrams() : Datagrams{part(request, "whole"), end(request)};
  };
}

// The list that will be asked for next, broken off in its middle. It is there as a whole before it is asked
// for, as the kernel's is.
static void pushBroken(FakeKernel& kernel, Socket& socket, ByteVector (*broken)(const MessageView&),
                       bool ends) {
  ByteVector request = addBridge("a");
  ByteVector* const one[] = {&request};
  socket.exchange(one);
  reinterpret_cast<nlmsghdr*>(request.data())->nlmsg_seq++;
  const MessageView next = messagesOf(request).front();
  Datagrams list{part(next, "first"), broken(next), part(next, "late")};
  if (ends) list.push_back(end(next));
  kernel.push(list);
}

TEST_CASE("a list that is cut short or lost is an error, and what follows on that socket is right") {
  for (const auto& [broken, error] : {std::pair(&tooLarge, EMSGSIZE), std::pair(&overrun, ENOBUFS)}) {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    FakeKernel kernel(fd, wellButTheFirst());
    pushBroken(kernel, *socket, broken, true);
    CHECK(failureOf(*socket).error() == error);
    CHECK(socket->usable());
    CHECK(exchange(*socket, {addBridge("a")}).front().ack.error == 0);
    CHECK(list(*socket) == std::vector<std::string>{"whole"});
  }
}

TEST_CASE("a list that breaks off without an end leaves a socket that says it is of no use") {
  for (auto* broken : {&tooLarge, &overrun}) {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    FakeKernel kernel(fd, wellButTheFirst());
    pushBroken(kernel, *socket, broken, false);
    failureOf(*socket);
    CHECK_FALSE(socket->usable());
  }
}

TEST_CASE("a list whose messages are malformed is an error, never a part of it") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  FakeKernel kernel(fd, wellButTheFirst());
  pushBroken(kernel, *socket, &malformed, true);
  CHECK_THROWS_AS(list(*socket), MalformedMessage);
  CHECK(socket->usable());
  CHECK(list(*socket) == std::vector<std::string>{"whole"});
}

TEST_CASE("a list whose end does not come is an error, never a part of it") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  const FakeKernel kernel(fd, [](Bytes sent) { return Datagrams{part(messagesOf(sent).front(), "first")}; });
  CHECK(failureOf(*socket).error() == ETIMEDOUT);
  CHECK_FALSE(socket->usable());
}

TEST_CASE("a namespace opens another socket in the place of one of no use") {
  const auto slot = onThread([] { return std::make_shared<NetNamespace>(makeNamespace()); });
  onThread([&] {
    const int fd = openedBy([&] { slot->socket(Caller::Executor); });
    FakeKernel kernel(fd, wellButTheFirst());
    pushBroken(kernel, slot->socket(Caller::Executor), &tooLarge, false);
    CHECK(failureOf(slot->socket(Caller::Executor)).error() == EMSGSIZE);
    CHECK(list(slot->socket(Caller::Executor)) == std::vector<std::string>{"lo"});
  });
}

TEST_CASE("an answer that is cut short, or said to be lost, is told from a refusal") {
  for (const auto& [broken, error] : {std::pair(&tooLarge, EMSGSIZE), std::pair(&overrun, ENOBUFS)}) {
    std::optional<Socket> socket;
    const int fd = openedBy([&] { socket = Socket::open(); });
    const FakeKernel kernel(fd, [broken = broken](Bytes sent) {
      return Datagrams{acknowledge(messagesOf(sent).at(0)), broken(messagesOf(sent).at(1))};
    });
    const auto outcomes = exchange(*socket, {addBridge("a"), addBridge("b")});
    CHECK(outcomes[0].answered);
    CHECK(outcomes[0].ack.error == 0);
    CHECK_FALSE(outcomes[1].answered);
    CHECK(outcomes[1].ack.error == error);
  }
}

TEST_CASE("all answers of an exchange have one deadline, however many datagrams come meanwhile") {
  std::optional<Socket> socket;
  const int fd = openedBy([&] { socket = Socket::open(); });
  // Its patience is 100 ms; every 30 ms it answers something else than was asked.
  const FakeKernel kernel(fd, [](Bytes sent) {
    std::this_thread::sleep_for(30ms);
    ByteVector stray = acknowledge(messagesOf(sent).front());
    reinterpret_cast<nlmsghdr*>(stray.data())->nlmsg_seq ^= 0x8000'0000;
    return Datagrams{stray};
  });
  const ByteVector noise = addBridge("noise");
  for (int i = 0; i < 20; i++)
    REQUIRE(::write(fd, noise.data(), noise.size()) == static_cast<ssize_t>(noise.size()));
  const auto began = std::chrono::steady_clock::now();
  CHECK(exchange(*socket, {addBridge("a")}).front().ack.error == ETIMEDOUT);
  CHECK(std::chrono::steady_clock::now() - began < 300ms);
}
