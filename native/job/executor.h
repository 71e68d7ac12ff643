// Threads of our own that run jobs: not libuv's, whose four serve files and names and cannot be thrown away.
// Jobs on one namespace run in the order they were submitted; others side by side. Knows nothing of
// JavaScript.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/unique_fd.h"
#include "job/net_namespace.h"

namespace netplumb {

// Work and where it must wait its turn. `work` runs on an executor thread, `done` right after it, on the same
// thread.
struct ScheduledJob {
  std::vector<NetNamespacePtr> turns;  // without duplicates or nulls
  std::function<void()> work;
  std::function<void(std::unique_ptr<ScheduledJob>)> done;
  bool waits = false;  // for something other than the kernel: gets a thread beside the usual ones
};

class Executor {
 public:
  Executor();
  ~Executor() { stop(); }

  // From one thread only (the environment's). Dropped after stop().
  void submit(std::unique_ptr<ScheduledJob> job);

  // Readable once stop() was called: what may wait long polls it too.
  int wakeFd() const { return wake_.get(); }

  // Drops what has not begun, wakes what waits, joins every thread.
  void stop();

 private:
  void threadMain();
  bool isNext(const ScheduledJob& job) const;
  void startThread();
  void finish(const ScheduledJob& job);

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<ScheduledJob*> runnable_;
  std::unordered_map<ScheduledJob*, std::unique_ptr<ScheduledJob>> owned_;  // queued, not begun
  std::unordered_map<std::thread::id, std::thread> threads_;
  std::vector<std::thread::id> ended_;  // to be joined when the next one starts
  size_t alive_ = 0, idle_ = 0, waiting_ = 0;
  bool stopped_ = false;
  UniqueFd wake_;
};

}  // namespace netplumb
