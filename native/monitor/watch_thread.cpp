// epoll, with an eventfd for everything that is not a socket. A monitor that does not wait for announcements
// is taken out of it: a lossy socket would wake the thread for ever.
#include "monitor/watch_thread.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <system_error>
#include <utility>

#include "base/thread.h"

namespace netplumb {

static constexpr std::chrono::milliseconds aWhile{50};

struct WatchThread::Bell {
  UniqueFd epoll, wake;
  std::mutex mutex;
  std::vector<std::shared_ptr<Monitor>> callers;  // new ones, and those that want to be looked at
  bool stop = false;
  bool over = false;  // nobody looks any more

  Bell() : epoll(epoll_create1(EPOLL_CLOEXEC)), wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{EPOLLIN, {}};
    if (!epoll || !wake || epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0)
      fail(errno, "monitor.open");
  }

  // False when nobody looks any more.
  bool ring(std::shared_ptr<Monitor> monitor) {
    const std::lock_guard guard(mutex);
    if (over) return false;
    if (monitor)
      callers.push_back(std::move(monitor));
    else
      stop = true;
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake.get(), &one, sizeof one);
    return true;
  }

  // Empty: the thread has to stop.
  std::optional<std::vector<std::shared_ptr<Monitor>>> answer() {
    const std::lock_guard guard(mutex);
    uint64_t rung;
    [[maybe_unused]] const auto read = ::read(wake.get(), &rung, sizeof rung);
    if (stop) return std::nullopt;
    return std::exchange(callers, {});
  }

  // Unless somebody has called, or else: whatever calls.
  bool close(bool unlessCalled) {
    const std::lock_guard guard(mutex);
    if (unlessCalled && (stop || !callers.empty())) return false;
    over = true;
    for (const auto& caller : std::exchange(callers, {})) caller->abandon();
    epoll.reset();
    wake.reset();
    return true;
  }
};

void WatchThread::add(std::shared_ptr<Monitor> monitor) {
  if (stopped_) fail(ECANCELED, "monitor.open", {}, "the environment ends");
  const auto attend = [&](const std::shared_ptr<Bell>& bell) {
    monitor->attend([bell = std::weak_ptr(bell), self = std::weak_ptr(monitor)] {
      const auto there = bell.lock();
      if (auto caller = self.lock(); there && caller) there->ring(std::move(caller));
    });
  };
  if (bell_) {
    attend(bell_);
    if (bell_->ring(monitor)) return;
  }
  if (thread_.joinable()) thread_.join();
  bell_ = std::make_shared<Bell>();
  attend(bell_);
  bell_->ring(std::move(monitor));  // before the thread can find that there is nobody
  try {
    thread_ = startQuietThread("netplumb-watch", [bell = bell_] { watch(*bell); });
  } catch (const std::system_error&) {
    bell_.reset();
    fail(EAGAIN, "monitor.open", {}, "no thread can be started");
  }
}

void WatchThread::stop() {
  stopped_ = true;
  if (bell_) bell_->ring(nullptr);
  if (thread_.joinable()) thread_.join();
  bell_.reset();
}

namespace {

using Clock = std::chrono::steady_clock;

struct Watch {
  std::shared_ptr<Monitor> monitor;
  bool listens = false;                         // its socket is in the epoll
  std::optional<Clock::time_point> again = {};  // to be worked then

  // False when it has ended.
  bool work(int epoll) {
    const auto waits = monitor->work();
    const bool listen = waits == Monitor::Waits::ForAnnouncements;
    epoll_event event{EPOLLIN, {.ptr = monitor.get()}};
    if (listen != std::exchange(listens, listen) &&
        epoll_ctl(epoll, listen ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, monitor->fd(), &event) != 0)
      monitor->end(SystemError(errno, "monitor.read"));
    again.reset();
    if (waits == Monitor::Waits::ForAWhile) again = Clock::now() + aWhile;
    return !monitor->ended();
  }
};

using Watches = std::map<Monitor*, Watch>;

int untilNext(const Watches& watches) {
  int milliseconds = -1;
  for (const auto& [monitor, watch] : watches) {
    if (!watch.again) continue;
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*watch.again - Clock::now()).count();
    const int left = std::max(0, static_cast<int>(rest));
    milliseconds = milliseconds < 0 ? left : std::min(milliseconds, left);
  }
  return milliseconds;
}

}  // namespace

void WatchThread::watch(Bell& bell) {
  Watches watches;
  const int epoll = bell.epoll.get();
  const auto work = [&](Monitor* monitor) {
    const auto watch = watches.find(monitor);
    if (watch != watches.end() && !watch->second.work(epoll)) watches.erase(watch);
  };
  do {
    epoll_event events[64];
    const int count = epoll_wait(epoll, events, std::size(events), untilNext(watches));
    const auto callers = bell.answer();
    if (!callers) {
      for (const auto& [monitor, watch] : watches) monitor->abandon();
      bell.close(false);
      return;
    }
    for (int i = 0; i < count; i++)
      if (events[i].data.ptr) work(static_cast<Monitor*>(events[i].data.ptr));
    std::vector<Monitor*> due;
    for (const auto& [monitor, watch] : watches)
      if (watch.again && *watch.again <= Clock::now()) due.push_back(monitor);
    for (const auto& caller : *callers) {
      watches.try_emplace(caller.get(), Watch{caller});
      due.push_back(caller.get());
    }
    for (Monitor* monitor : due) work(monitor);
  } while (!watches.empty() || !bell.close(true));
}

}  // namespace netplumb
