// The sockets around icmp_packet: what the kernel filters for us, how long we wait, and what wakes us.
#include "os/icmp.h"

#include <arpa/inet.h>
#include <linux/icmp.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "base/system_error.h"
#include "os/icmp_packet.h"

namespace netplumb {

namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kPing = "ping";
constexpr size_t kPacketLimit = 65535;

// A set bit is a type that is *not* delivered. The filter knows types below 32.
UniqueFd openFiltered(std::initializer_list<int> types, const char* operation) {
  UniqueFd fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP));
  if (!fd) fail(errno, operation, {}, errno == EPERM ? "needs CAP_NET_RAW" : "");
  icmp_filter filter{~0u};
  for (int type : types) filter.data &= ~(1u << type);
  if (::setsockopt(fd.get(), SOL_RAW, ICMP_FILTER, &filter, sizeof filter) != 0) fail(errno, operation);
  return fd;
}

std::string addressText(in_addr address) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

EchoKey randomKey(uint16_t sequence) {
  struct {
    uint16_t identifier;
    std::array<uint8_t, 16> token;
  } random;
  // Never short below 256 bytes, nor interrupted once the machine has booted.
  if (::getrandom(&random, sizeof random, 0) != sizeof random) fail(errno, kPing);
  return {random.identifier, sequence, random.token};
}

Clock::time_point deadlineAfter(int timeoutMs) {
  if (timeoutMs < 0) throw std::invalid_argument("timeoutMs: must not be negative");
  return Clock::now() + std::chrono::milliseconds(timeoutMs);
}

// False at the deadline. Rounded up, or the last millisecond would be spent spinning.
bool waitFor(int fd, short events, int wakeFd, Clock::time_point deadline, const char* operation,
             const std::string& target) {
  while (true) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left < 0) return false;  // asked first, or a flood of other people's packets would keep us for ever
    pollfd waiting[] = {{fd, events, 0}, {wakeFd, POLLIN, 0}};
    int ready = ::poll(waiting, 2, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) fail(errno, operation, target);
    if (waiting[1].revents != 0) fail(ECANCELED, operation, target);
    if (waiting[0].revents != 0) return true;
    if (Clock::now() >= deadline) return false;
  }
}

// One packet, or nullopt when there is none, or none that could be read.
std::optional<IcmpPacket> receive(int fd, std::span<uint8_t> buffer, const char* operation,
                                  const std::string& target) {
  ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (size < 0 && errno != EAGAIN && errno != EINTR) fail(errno, operation, target);
  if (size < 0) return std::nullopt;
  return parseIcmp(buffer.first(static_cast<size_t>(size)));
}

}  // namespace

EchoSocket::EchoSocket()
    : fd_(openFiltered({ICMP_ECHOREPLY, ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED}, kPing)) {}

EchoReply EchoSocket::echo(const std::string& address, int timeoutMs, uint16_t sequence, int wakeFd) {
  sockaddr_in target{};
  target.sin_family = AF_INET;
  if (::inet_pton(AF_INET, address.c_str(), &target.sin_addr) != 1) {
    throw std::invalid_argument("address: not an IPv4 address");
  }
  Clock::time_point deadline = deadlineAfter(timeoutMs);
  EchoKey key = randomKey(sequence);
  auto request = buildEchoRequest(key);
  Clock::time_point sent = Clock::now();
  while (::sendto(fd_.get(), request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&target),
                  sizeof target) < 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN) fail(errno, kPing, address);
    if (!waitFor(fd_.get(), POLLOUT, wakeFd, deadline, kPing, address))
      fail(ETIMEDOUT, kPing, address, "could not send");
    sent = Clock::now();
  }
  std::vector<uint8_t> buffer(kPacketLimit);
  while (waitFor(fd_.get(), POLLIN, wakeFd, deadline, kPing, address)) {
    auto packet = receive(fd_.get(), buffer, kPing, address);
    if (!packet) continue;
    if (isReplyTo(*packet, key)) {
      std::chrono::duration<double, std::micro> elapsed = Clock::now() - sent;
      return {addressText(packet->source), elapsed.count(), packet->ttl, sequence};
    }
    if (isErrorAbout(*packet, key, target.sin_addr)) {
      IcmpError error = describeError(packet->type, packet->code);
      fail(error.errnum, kPing, address, addressText(packet->source) + " says: " + error.reason);
    }
  }
  fail(ETIMEDOUT, kPing, address, "no answer in " + std::to_string(timeoutMs) + " ms");
}

EchoListener::EchoListener() : fd_(openFiltered({ICMP_ECHO}, "ping.listen")) {}

std::optional<std::string> EchoListener::awaitEchoRequest(int timeoutMs, int wakeFd) {
  Clock::time_point deadline = deadlineAfter(timeoutMs);
  std::vector<uint8_t> buffer(kPacketLimit);
  while (waitFor(fd_.get(), POLLIN, wakeFd, deadline, "ping.listen", {})) {
    auto packet = receive(fd_.get(), buffer, "ping.listen", {});
    if (packet && packet->type == ICMP_ECHO) return addressText(packet->source);
  }
  return std::nullopt;
}

}  // namespace netplumb
