// One monitor of a namespace: hears what the kernel announces, queues it for whoever takes it, and makes up
// for what was lost by reading everything again. Opened, taken from and closed on one thread (the
// environment's), worked by another (the watch thread).
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/system_error.h"
#include "monitor/known_objects.h"
#include "monitor/multicast_socket.h"
#include "netlink/socket.h"

namespace netplumb {

struct Event {
  enum class Change : uint8_t { New, Removed, Overrun };
  Change change;
  const Object* object = nullptr;  // null for an overrun
  ByteVector payload = {};         // its header and attributes
};

class Monitor {
 public:
  struct Options {
    std::vector<Subject> subjects;
    size_t
        mostQueued;  // beyond that announcements wait in the socket; what makes up for a loss may exceed it
    int receiveBuffer;  // of the socket, in bytes
  };

  // In the calling thread's namespace: what happens from now on is heard.
  explicit Monitor(const Options& options);

  // At most so many, the oldest first. Throws, once, what ended the monitor.
  std::vector<Event> take(size_t most);
  // Calls back once, on either thread, when there is something to take or the monitor has ended.
  void whenReady(std::function<void()> ready);
  void close();
  bool ended() const { return ended_; }

  // How take() and close() reach the thread that works.
  void attend(std::function<void()> attention);

  // Ends it without telling anybody, for nobody is there to be told.
  void abandon();

  // The rest is the watch thread's.
  int fd() const { return announcements_.fd(); }

  enum class Waits {
    ForAnnouncements,  // until fd() is readable
    ForRoom,           // until somebody takes
    ForAWhile,         // what was read kept changing: once more some milliseconds later
    ForNothing         // it has ended
  };
  // Does what there is to do, never waiting for more. Never throws.
  Waits work();
  // Tells whoever waits.
  void end(std::optional<SystemError> why);

 private:
  Waits workOrThrow();
  bool learn();
  bool makeUpForLoss();
  std::optional<std::vector<KnownObjects::Differences>> compare();
  ByteVector listOf(const Subject& subject);
  void hear(const MessageView& message);
  void push(std::vector<Event> events);
  bool isFull();

  MulticastSocket announcements_;
  Socket questions_;
  std::vector<KnownObjects> known_;
  const size_t mostQueued_;
  bool begun_ = false;      // what stood at the beginning is known
  bool lost_ = false;       // announcements, since the last event
  bool repeating_ = false;  // announcements may be older than what was read
  int vainReads_ = 0;

  std::mutex mutex_;  // for what follows
  std::deque<Event> queue_;
  std::vector<std::function<void()>> ready_;
  std::function<void()> attention_;
  std::optional<SystemError> failure_;
  std::atomic<bool> ended_ = false;
};

}  // namespace netplumb
