// TUN and TAP links, which are made through /dev/net/tun and not by netlink. What the calling thread's
// network namespace is when the device is opened decides where the link is: enter one before.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace netplumb {

struct TunOptions {
  std::string name;                // empty: the kernel chooses tunN or tapN
  bool ethernet = false;           // TAP: Ethernet frames; else TUN: IP packets
  bool exclusive = false;          // EBUSY where there is one of this name; else it is attached to
  bool persistent = false;         // outlives its descriptors
  bool packetInformation = false;  // a struct tun_pi before each packet
  bool vnetHeader = false;         // a struct virtio_net_hdr before each
  bool multiQueue = false;         // several descriptors may be attached at once
  std::optional<uid_t> owner;      // who may attach without CAP_NET_ADMIN
  std::optional<gid_t> group;
};

struct TunDevice {
  std::string name;
  uint32_t index;
  UniqueFd fd;  // attached to it: what is written is received from the link, what it sends is read
};

// SystemError: ENOENT or ENXIO without the device, EBUSY for a name that is taken, EINVAL for one that is
// another kind of link.
TunDevice openTun(const TunOptions& options);

}  // namespace netplumb
