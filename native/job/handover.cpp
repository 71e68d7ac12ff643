// Encoding takes a fraction of making a namespace, so the taker hardly ever waits.
#include "job/handover.h"

#include <utility>

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
  settled_.wait(guard, [this] { return given_; });
  return std::exchange(steps_, std::nullopt);
}

}  // namespace netplumb
