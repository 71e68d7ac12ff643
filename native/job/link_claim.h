// Gives a link that stands ready to whoever claims it: one send, where an attach makes everything anew. Knows
// that the alternative name decides, not what it says.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "job/job.h"

namespace netplumb {

struct LinkClaim {
  NetNamespacePtr host;  // where the link is
  uint32_t index = 0;
  uint32_t master = 0;      // its bridge, which must be there; unless 0
  std::string altName;      // refused with EEXIST where a link has it
  std::string alias;        // from then on
  std::string formerAlias;  // put back where the name was refused
  // The namespace at its other end, and what it is to be called below /run/netns. Empty: it gets no name.
  NetNamespacePtr inside;
  std::string name;
  std::optional<LockRequest> lock;  // EWOULDBLOCK, with nothing done, when another process holds it
};

// When a claim was sent and the namespace named, from its submission on.
struct ClaimTimes {
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  struct Span {
    Milliseconds began{}, lasted{};
  };
  Clock::time_point submitted = Clock::now();
  std::optional<Span> sent, named;
};

// Runs on the calling thread, never throws. Empty when it is done. A failure is taken back; where that was
// not possible it has a `notUndone`, and the link is not fit for anybody else. Its steps: 0 the alternative
// name, 1 the alias, 2 the namespace's name.
std::optional<Failure> claimLink(const LinkClaim& claim, Caller caller, ClaimTimes* times = nullptr);

}  // namespace netplumb
