// A condition variable, for waking a thread costs most of a hop whatever wakes it. Hence the lookout: who
// makes one container after the other finds a thread awake. Threads start when there is work for them.
#include "job/executor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/stay_awake.h"
#include "base/system_error.h"
#include "base/thread.h"

namespace netplumb {

// rtnetlink's work is done under one lock in the kernel; more threads only overlap making namespaces.
static constexpr size_t usualThreads = 4;

// Longer than JavaScript takes between two attaches. A thread that sleeps costs whoever wakes it 20 us and
// begins 20 us later; measured from attach to attach on two CPUs.
static constexpr std::chrono::microseconds lookout{200};

// Where another thread wanted the CPU of one that looked out, none does for as long.
static constexpr std::chrono::milliseconds crowdedPause{5};

Executor::Executor() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) fail(errno, "executor.start");
}

bool Executor::isNext(const ScheduledJob& job) const {
  return std::all_of(job.turns.begin(), job.turns.end(),
                     [&](const auto& turn) { return turn->queue.front() == &job; });
}

void Executor::submit(std::unique_ptr<ScheduledJob> job) {
  std::unique_lock guard(mutex_);
  if (stopped_) return;
  ScheduledJob* raw = job.get();
  owned_.emplace(raw, std::move(job));
  for (const auto& turn : raw->turns) turn->queue.push_back(raw);
  if (!isNext(*raw)) return;
  runnable_.push_back(raw);
  if (wantsThread() && !startThread() && alive_ == 0) {
    runnable_.pop_back();
    for (const auto& turn : raw->turns) turn->queue.pop_back();
    job = std::move(owned_.extract(raw).mapped());
    fail(EAGAIN, "executor.start", {}, "no thread can be started");
  }
  const bool seen = looksOut_.exchange(false);  // that thread takes this job, and no other
  guard.unlock();                               // or the thread would wake only to wait for the mutex
  if (!seen) ready_.notify_one();
}

// With the mutex held.
bool Executor::wantsThread() const { return idle_ < runnable_.size() && alive_ - waiting_ < usualThreads; }

void Executor::replaceLost() {
  if (!lost_.exchange(false)) return;
  const std::lock_guard guard(mutex_);
  if (!stopped_ && wantsThread()) lost_ = !startThread();
}

// With the mutex held. False where the system has no thread left; those there are will do the work.
bool Executor::startThread() {
  for (const auto id : std::exchange(ended_, {})) threads_.extract(id).mapped().join();
  std::thread thread;
  try {
    thread = startQuietThread("netplumb", [this] { threadMain(); });
  } catch (const std::system_error&) {
    return false;
  }
  const auto id = thread.get_id();
  threads_.emplace(id, std::move(thread));
  alive_++;
  return true;
}

static thread_local const std::atomic<bool>* stopsCallingThread = nullptr;

bool Executor::callingThreadStops() { return stopsCallingThread && *stopsCallingThread; }

void Executor::threadMain() {
  stopsCallingThread = &stopped_;
  std::unique_lock guard(mutex_);
  for (;;) {
    idle_++;
    lookOut(guard);
    ready_.wait(guard, [this] { return stopped_ || !runnable_.empty(); });
    idle_--;
    if (stopped_) break;
    ScheduledJob* const raw = runnable_.front();
    runnable_.pop_front();
    std::unique_ptr<ScheduledJob> job = std::move(owned_.extract(raw).mapped());
    const bool waits = job->waits;
    if (waits) waiting_++;
    // What waits does not hold up what does not.
    if (!runnable_.empty() && idle_ == 0 && alive_ - waiting_ < usualThreads) startThread();

    guard.unlock();
    job->work();
    guard.lock();

    const bool isLost = EnterNamespace::threadIsLost();
    if (isLost) lost_ = true;  // before `done` makes the environment look
    if (waits) waiting_--;
    finish(*job);
    job->work = nullptr;
    job->turns.clear();
    if (job->done) job->done();
    if (job->after) {
      guard.unlock();
      job->after();
      guard.lock();
    }
    // A thread that could not come back from a namespace must not run anything again.
    if (isLost || alive_ - waiting_ > usualThreads) break;
  }
  alive_--;
  ended_.push_back(std::this_thread::get_id());
}

// With the mutex held, which it lets go of meanwhile. Not where there is one CPU or too few, nor beside
// threads that work.
void Executor::lookOut(std::unique_lock<std::mutex>& guard) {
  static const bool alone = std::thread::hardware_concurrency() < 2;
  if (alone || idle_ + waiting_ < alive_ || looksOut_ || stopped_ || !runnable_.empty()) return;
  if (std::chrono::steady_clock::now() < crowdedUntil_) return;
  looksOut_ = true;
  guard.unlock();
  const Awoken how = stayAwake(lookout, [this] { return !looksOut_ || stopped_; });
  guard.lock();
  looksOut_ = false;
  if (how == Awoken::Crowded) crowdedUntil_ = std::chrono::steady_clock::now() + crowdedPause;
}

// With the mutex held: lets the next in each queue take its turn.
void Executor::finish(const ScheduledJob& job) {
  for (const auto& turn : job.turns) {
    turn->queue.pop_front();
    if (turn->queue.empty()) continue;
    ScheduledJob* const next = turn->queue.front();
    if (!isNext(*next) || std::find(runnable_.begin(), runnable_.end(), next) != runnable_.end()) continue;
    runnable_.push_back(next);
    ready_.notify_one();
  }
}

void Executor::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopped_ = true;
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
    ready_.notify_all();
  }
  // No thread is added any more: whoever adds one looks at stopped_ first.
  for (auto& [id, thread] : threads_) thread.join();
  threads_.clear();
  const std::lock_guard guard(mutex_);
  for (const auto& [raw, job] : owned_)
    for (const auto& turn : job->turns) std::erase(turn->queue, raw);
  owned_.clear();
  runnable_.clear();
}

}  // namespace netplumb
