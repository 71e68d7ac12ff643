// Threads of our own that run jobs: not libuv's, whose four serve files and names and cannot be thrown away.
// Jobs on one namespace run in the order they were submitted; others side by side. A thread that has done a
// job looks out for the next before it sleeps. Knows nothing of JavaScript.
#pragma once

#include <atomic>
#include <chrono>
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

// Work and where it must wait its turn. `work` runs on an executor thread, and so does `done` right after it,
// when the job has let go of its turns and its work. Jobs on one namespace are done in the order they ran:
// `done` is called under the executor's mutex, so it must be short and leave the executor alone. `after`
// follows it on the same thread, without the mutex: short too, but nobody has to know of it.
struct ScheduledJob {
  std::vector<NetNamespacePtr> turns;  // without duplicates or nulls
  std::function<void()> work;
  std::function<void()> done, after;
  bool waits = false;  // for something other than the kernel: gets a thread beside the usual ones
};

class Executor {
 public:
  Executor();
  ~Executor() { stop(); }

  // From one thread only (the environment's). Dropped after stop(). SystemError when there is no thread to
  // run it and none can be started.
  void submit(std::unique_ptr<ScheduledJob> job);

  // From the same thread, whenever a job is done: starts a thread in the place of one that could not come
  // back from a namespace. A lost thread cannot do that itself, for what it starts is born where it stands.
  void replaceLost();

  // Whether the calling thread is an executor's that is stopping: for what waits without a descriptor.
  static bool callingThreadStops();

  // Readable once stop() was called: what may wait long polls it too.
  int wakeFd() const { return wake_.get(); }

  // Drops what has not begun, wakes what waits, joins every thread.
  void stop();

 private:
  void threadMain();
  bool isNext(const ScheduledJob& job) const;
  bool wantsThread() const;
  bool startThread();
  void lookOut(std::unique_lock<std::mutex>& guard);
  void finish(const ScheduledJob& job);

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<ScheduledJob*> runnable_;
  std::unordered_map<ScheduledJob*, std::unique_ptr<ScheduledJob>> owned_;  // queued, not begun
  std::unordered_map<std::thread::id, std::thread> threads_;
  std::vector<std::thread::id> ended_;  // to be joined when the next one starts
  std::chrono::steady_clock::time_point crowdedUntil_;
  size_t alive_ = 0, idle_ = 0, waiting_ = 0;
  std::atomic<bool> looksOut_ = false;  // an idle thread is awake; changed with the mutex held
  std::atomic<bool> stopped_ = false;   // changed with the mutex held
  std::atomic<bool> lost_ = false;      // since replaceLost() last looked
  UniqueFd wake_;
};

}  // namespace netplumb
