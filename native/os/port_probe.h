// Whether anybody listens on a port of the calling thread's namespace: by binding it for a moment, which the
// kernel answers exactly and at once, where /proc/net/tcp would have to be read through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace netplumb {

struct PortProbe {
  int protocol;         ///< IPPROTO_TCP, IPPROTO_UDP or IPPROTO_SCTP
  std::string address;  ///< of either family; "0.0.0.0" and "::" are all of one
  uint16_t first;
  uint32_t range;  ///< how many ports from there on
};

/// The first port that cannot be bound because somebody has it; nullopt where all are free. A protocol or a
/// family the kernel lacks has no listeners. SystemError EADDRNOTAVAIL where the namespace lacks the address,
/// EACCES where ports below ip_unprivileged_port_start are asked for without CAP_NET_BIND_SERVICE.
/// std::invalid_argument for what is no address.
std::optional<uint16_t> firstTakenPort(const PortProbe& probe);

}  // namespace netplumb
