// The kernel does rtnetlink's work inside sendmsg(), and a list's inside recvmsg(), so answers are there when
// they are asked for; waiting, and its end, are for what must not happen.
#include "netlink/socket.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <random>
#include <utility>

#include "base/system_error.h"
#include "netlink/datagram.h"

namespace netplumb {

static constexpr int patienceSeconds = 5;
static constexpr int dumpRetries = 5;

static void setOption(int fd, int level, int option, const void* value, socklen_t size, bool required) {
  if (setsockopt(fd, level, option, value, size) != 0 && required) fail(errno, "netlink.setsockopt");
}

// A transaction goes out in one send, however much it says.
static void widenSend(int fd) {
  const int size = 16 << 20;
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0)
    setOption(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size, false);
}

Socket Socket::open(Protocol protocol) {
  const bool netfilter = protocol == Protocol::Netfilter;
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, netfilter ? NETLINK_NETFILTER : NETLINK_ROUTE));
  if (!fd) fail(errno, "netlink.socket");
  const int on = 1, receiveBuffer = 1 << 20;
  const timeval patience{patienceSeconds, 0};
  setOption(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on, false);         // 4.12
  setOption(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on, false);         // 4.3
  setOption(fd.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on, false);  // 4.20
  setOption(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience, true);
  setOption(fd.get(), SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer, true);
  if (netfilter) widenSend(fd.get());
  // Numbered from anywhere: the kernel's port numbers repeat from namespace to namespace, and what strays
  // here must not have the number of a request of ours.
  static thread_local std::minstd_rand numbers{std::random_device{}()};
  return Socket(std::move(fd), protocol, static_cast<uint32_t>(numbers()) << 1);
}

// How long to wait is kept with the descriptor, as for whoever would block in recvmsg().
static std::chrono::microseconds patience(int fd) {
  timeval set{};
  socklen_t size = sizeof set;
  getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &set, &size);
  return std::chrono::seconds(set.tv_sec) + std::chrono::microseconds(set.tv_usec);
}

void Socket::send(std::span<ByteVector* const> requests) {
  std::vector<iovec> parts;
  parts.reserve(requests.size());
  for (ByteVector* request : requests) {
    reinterpret_cast<nlmsghdr*>(request->data())->nlmsg_seq = ++sequence_;
    parts.push_back({request->data(), request->size()});
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  msghdr message{};
  message.msg_name = &kernel;
  message.msg_namelen = sizeof kernel;
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  ssize_t sent;
  // EINTR comes before the kernel has read anything: nothing ran, so sending again is safe.
  do sent = sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) fail(errno, "netlink.send");
}

// One datagram, waited for until patience is over, counted from when the exchange began; without a beginning
// not at all. Empty where it was not for us. SystemError ETIMEDOUT, ENOBUFS, EMSGSIZE.
Bytes Socket::receive(std::optional<Clock::time_point> begun) {
  for (;;) {
    const Datagram datagram = receiveDatagram(fd_.get());
    if (datagram.error == 0 && !datagram.messages.empty()) return datagram.messages;
    if (datagram.error != 0 && datagram.error != EAGAIN) fail(datagram.error, "netlink.receive");
    if (!begun && datagram.error == 0) return {};
    // Neither signals nor strangers that keep coming must make it endless.
    const auto left = begun ? *begun + patience(fd_.get()) - Clock::now() : Clock::duration::zero();
    if (left <= Clock::duration::zero()) fail(ETIMEDOUT, "netlink.receive");
    pollfd readable{fd_.get(), POLLIN, 0};
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    poll(&readable, 1, static_cast<int>(whole));
  }
}

bool Socket::wantsObject(const nlmsghdr& request) const {
  constexpr uint16_t get = RTM_GETLINK - RTM_NEWLINK;
  if (protocol_ == Protocol::Netfilter) return true;
  return request.nlmsg_flags & NLM_F_ECHO || (request.nlmsg_type - RTM_BASE) % 4 == get;
}

// What opens or closes a transaction: it is answered only to refuse all of it.
bool Socket::isBracket(const nlmsghdr& request) const {
  return protocol_ == Protocol::Netfilter &&
         (request.nlmsg_type == NFNL_MSG_BATCH_BEGIN || request.nlmsg_type == NFNL_MSG_BATCH_END);
}

std::vector<Outcome> Socket::exchange(std::span<ByteVector* const> requests) {
  const uint32_t first = sequence_ + 1;
  const auto begun = Clock::now();
  send(requests);
  std::vector<Outcome> outcomes(requests.size());
  size_t open = 0;
  for (const ByteVector* request : requests) open += isBracket(readAt<nlmsghdr>(*request)) ? 0 : 1;
  bool overrun = false;
  while (open > 0) {
    Bytes datagram;
    try {
      datagram = receive(overrun ? std::nullopt : std::optional(begun));
    } catch (const SystemError& lost) {
      // What did find room is still there: only what is missing after that is lost.
      if (lost.error() == ENOBUFS && !std::exchange(overrun, true)) continue;
      for (Outcome& outcome : outcomes)
        if (!outcome.answered)
          outcome.ack = {overrun ? ENOBUFS : lost.error(), "the kernel's answer was lost", {}, {}, {}};
      return outcomes;
    }
    MessageReader reader(datagram);
    while (const auto message = reader.next()) {
      if (message->type == NLMSG_OVERRUN) overrun = true;
      const uint32_t which =
          message->sequence - first;  // an answer to an earlier request wraps to a large number
      if (which >= outcomes.size()) continue;
      Outcome& outcome = outcomes[which];
      const auto request = readAt<nlmsghdr>(*requests[which]);
      const bool isAck = message->type == NLMSG_ERROR;
      if (isAck && isBracket(request)) {
        const Acknowledgement refusal = readAcknowledgement(*message);
        for (Outcome& all : outcomes) all = {refusal, {}, true};
        return outcomes;
      }
      if (isAck)
        outcome.ack = readAcknowledgement(*message);
      else if (wantsObject(request))
        outcome.reply.assign(message->whole.begin(), message->whole.end());
      // An object comes before its acknowledgement, which is what counts: of several the last is the answer.
      if (!outcome.answered && (isAck || !(request.nlmsg_flags & NLM_F_ACK))) {
        outcome.answered = true;
        open--;
      }
    }
  }
  return outcomes;
}

// True when the list is whole.
bool Socket::dumpOnce(ByteVector& request, ByteVector& messages, Acknowledgement& refusal) {
  ByteVector* const one[] = {&request};
  const auto begun = Clock::now();
  send(one);
  messages.clear();
  bool interrupted = false;
  for (;;) {
    MessageReader reader(receive(begun));
    while (const auto message = reader.next()) {
      if (message->type == NLMSG_OVERRUN) fail(ENOBUFS, "netlink.receive");
      if (message->sequence != sequence_) continue;
      if (message->flags & NLM_F_DUMP_INTR) interrupted = true;
      if (message->type == NLMSG_ERROR || message->type == NLMSG_DONE) {
        refusal = readAcknowledgement(*message);
        return refusal.error != 0 || !interrupted;
      }
      messages.insert(messages.end(), message->whole.begin(), message->whole.end());
      messages.resize(NLMSG_ALIGN(messages.size()));
    }
  }
}

// What is left of a list that broke off, as far as it is there.
void Socket::readToItsEnd() {
  usable_ = false;
  const auto begun = Clock::now();
  while (Clock::now() < begun + patience(fd_.get())) {
    const Datagram datagram = receiveDatagram(fd_.get());
    if (datagram.error == ENOBUFS || datagram.error == EMSGSIZE) continue;
    if (datagram.error != 0) return;
    try {
      MessageReader reader(datagram.messages);
      while (const auto message = reader.next())
        if (message->sequence == sequence_ && (message->type == NLMSG_ERROR || message->type == NLMSG_DONE))
          usable_ = true;
    } catch (const MalformedMessage&) {
      return;
    }
    if (usable_) return;
  }
}

ByteVector Socket::dump(ByteVector& request, Acknowledgement& refusal) {
  ByteVector messages;
  try {
    for (int retry = 0; retry <= dumpRetries; retry++)
      if (dumpOnce(request, messages, refusal)) return messages;
  } catch (...) {
    readToItsEnd();
    throw;
  }
  fail(EAGAIN, "netlink.dump", {}, "the list changed each of the 6 times it was read");
}

}  // namespace netplumb
