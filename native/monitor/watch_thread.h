// The thread that works any number of monitors: asleep until one of their sockets is readable. It starts with
// the first monitor and ends with the last. All of this is called on one thread, the environment's.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "monitor/monitor.h"

namespace netplumb {

class WatchThread {
 public:
  WatchThread() = default;
  ~WatchThread() { stop(); }
  WatchThread(const WatchThread&) = delete;
  WatchThread& operator=(const WatchThread&) = delete;

  // Works it until it has ended. SystemError where there is no thread or descriptor for it.
  void add(std::shared_ptr<Monitor> monitor);

  // Ends the thread, whatever its monitors do. Nothing can be added afterwards.
  void stop();

 private:
  struct Bell;  // what the thread sleeps on, and who asks it to look
  static void watch(Bell& bell);

  std::shared_ptr<Bell> bell_;  // of the latest thread
  std::thread thread_;
  bool stopped_ = false;
};

}  // namespace netplumb
