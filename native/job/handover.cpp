// Encoding takes a fraction of making a namespace, so the taker hardly ever waits.
#include "job/handover.h"

#include <chrono>
#include <utility>

#include "job/executor.h"

namespace netplumb {

void Handover::give(std::vector<Step> steps) {
  {
    const std::lock_guard guard(mutex_);
    steps_ = std::move(steps);
    given_ = true;
  }
  settled_.notify_one();
}

void Handover::abandon() {
  {
    const std::lock_guard guard(mutex_);
    given_ = true;
  }
  settled_.notify_one();
}

std::optional<std::vector<Step>> Handover::take() {
  std::unique_lock guard(mutex_);
  // A worker may be terminated in the middle of writing: then nobody gives or abandons any more.
  while (!settled_.wait_for(guard, std::chrono::milliseconds(10), [this] { return given_; }))
    if (Executor::callingThreadStops()) return std::nullopt;
  return std::exchange(steps_, std::nullopt);
}

}  // namespace netplumb
