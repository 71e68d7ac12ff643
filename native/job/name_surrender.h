// Giving up the name of a namespace that netplumb made: whether it still leads to that namespace, whether
// somebody else's container of ours lives in there too, and taking it away before anybody can join.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "netlink/socket.h"

namespace netplumb {

// Both ends of a veth pair, by their indexes: in the container's namespace, and on the host.
struct PairEnds {
  uint32_t inside, onHost;
  bool operator==(const PairEnds&) const = default;
};

// Takes the name away and returns the namespace, which lives while that is open. Nothing where the name leads
// elsewhere by now: not to the namespace that the host calls `netNsId`, or to one without the first of
// `leaving`. SystemError EBUSY when veth pairs other than `leaving` end in there, or somebody is joining:
// then nothing was done. Without `leaving` nobody is looked for: the caller knows who lives there, and that
// nobody else comes.
std::optional<UniqueFd> surrenderName(Socket& host, const std::string& name, int32_t netNsId,
                                      const std::vector<PairEnds>& leaving);

// Shows to surrenderName() that somebody is joining a namespace opened by its name. SystemError ENOENT when
// the name is being given up or has been. Until stayed() or closed.
void joinNamed(int fd, const std::string& name);
void stayed(int fd);

}  // namespace netplumb
