// The rest of a job that began before it was written whole: while the executor makes the namespace, the JS
// thread encodes what is to happen in it. One writer, one taker, once. The writer must give or abandon
// without returning to its event loop.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "job/step.h"

namespace netplumb {

class Handover {
 public:
  void give(std::vector<Step> steps);
  void abandon();

  // Waits for the writer. Empty: abandoned, or the executor stops.
  std::optional<std::vector<Step>> take();

 private:
  std::mutex mutex_;
  std::condition_variable settled_;
  bool given_ = false;
  std::optional<std::vector<Step>> steps_;
};

}  // namespace netplumb
