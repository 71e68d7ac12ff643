// ICMP echo over raw IPv4 sockets: asking (EchoSocket) and seeing who asks (EchoListener).
// A socket keeps the namespace it was made in: construct it there, use it from anywhere. One user at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace netplumb {

struct EchoReply {
  std::string from;        ///< dotted quad
  double rttMicroseconds;  ///< monotonic clock, from before the send to after the receive
  int ttl;                 ///< of the reply, as received
  uint16_t sequence;
};

class EchoSocket {
 public:
  /// Needs CAP_NET_RAW (SystemError EPERM).
  EchoSocket();

  /// Sends one echo request and waits for its reply. `ping -c1 -W TIMEOUT ADDRESS`. SystemError: ETIMEDOUT
  /// when nothing comes; EHOSTUNREACH or ENETUNREACH with the sender in the explanation when a router says
  /// so; ENETUNREACH when there is no route; ECANCELED when wakeFd (-1: none) becomes readable.
  /// std::invalid_argument unless a dotted quad.
  EchoReply echo(const std::string& address, int timeoutMs, uint16_t sequence, int wakeFd = -1);

 private:
  UniqueFd fd_;
};

class EchoListener {
 public:
  /// Needs CAP_NET_RAW (SystemError EPERM). Hears what arrives from here on.
  EchoListener();

  /// The source address of the next echo request that reached this namespace, or nullopt after timeoutMs.
  /// SystemError ECANCELED when wakeFd (-1: none) becomes readable.
  std::optional<std::string> awaitEchoRequest(int timeoutMs, int wakeFd = -1);

 private:
  UniqueFd fd_;
};

}  // namespace netplumb
