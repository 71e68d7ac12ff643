// Which jobs run when, on how many threads, and what becomes of jobs and threads at the end.
#include "job/executor.h"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <latch>
#include <semaphore>

#include "os/capabilities.h"
#include "os/network_namespace.h"
#include "requests.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;
using namespace std::chrono_literals;

namespace {

constexpr size_t usualThreads = 4;

std::unique_ptr<ScheduledJob> makeScheduled(std::vector<NetNamespacePtr> turns, std::function<void()> work,
                                            bool waits = false) {
  auto job = std::make_unique<ScheduledJob>();
  job->turns = std::move(turns);
  job->work = std::move(work);
  job->waits = waits;
  return job;
}

size_t threadCount() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

// Waits until it holds, or two seconds.
template <typename Condition>
bool soon(Condition&& condition) {
  for (int i = 0; i < 2'000; i++, std::this_thread::sleep_for(1ms))
    if (condition()) return true;
  return false;
}

using Gate = std::counting_semaphore<1'000>;

}  // namespace

TEST_CASE("jobs on one namespace run, and are done, in the order they were submitted") {
  const auto slot = freshSlot();
  std::vector<int> ran, done;
  std::mutex mutex;
  std::latch all(400);
  Executor executor;
  for (int i = 0; i < 400; i++) {
    auto job =
        makeScheduled({slot}, [&, i] { ran.push_back(i); });  // one at a time, or the sanitizer says so
    job->done = [&, i] {
      {
        const std::lock_guard guard(mutex);
        done.push_back(i);
      }
      all.count_down();
    };
    executor.submit(std::move(job));
  }
  all.wait();
  CHECK(std::is_sorted(ran.begin(), ran.end()));
  CHECK(ran.size() == 400);
  CHECK(std::is_sorted(done.begin(), done.end()));
}

TEST_CASE("a job that is done holds nothing any more") {
  const auto slot = freshSlot();
  const auto owned = std::make_shared<int>(1);
  long slotOwners = 0, workOwners = 0;
  std::latch done(1);
  Executor executor;
  auto job = makeScheduled({slot}, [copy = owned] {});
  job->done = [&] {
    slotOwners = slot.use_count();
    workOwners = owned.use_count();
    done.count_down();
  };
  executor.submit(std::move(job));
  done.wait();
  CHECK(slotOwners == 1);
  CHECK(workOwners == 1);
}

TEST_CASE(
    "what is left for after a job keeps nobody from learning that it is done, and is done before the "
    "executor ends") {
  Gate learnt(0);
  bool finished = false;
  {
    Executor executor;
    auto job = makeScheduled({}, [] {});
    std::latch done(1);
    job->done = [&] { done.count_down(); };
    job->after = [&] { finished = learnt.try_acquire_for(2s); };
    executor.submit(std::move(job));
    done.wait();
    learnt.release();
  }
  CHECK(finished);
}

TEST_CASE("jobs on different namespaces run side by side") {
  std::latch together(usualThreads), all(usualThreads);
  Executor executor;
  for (size_t i = 0; i < usualThreads; i++)
    executor.submit(makeScheduled({freshSlot()}, [&] {
      together.arrive_and_wait();  // for ever, if they took turns
      all.count_down();
    }));
  all.wait();
}

TEST_CASE("a thread that looks out for work takes one job, and others are woken for the rest") {
  Executor executor;
  for (int round = 0; round < 50; round++) {
    std::latch first(1), together(2), all(2);
    executor.submit(makeScheduled({freshSlot()}, [&] { first.count_down(); }));
    first.wait();
    for (int i = 0; i < 2; i++)
      executor.submit(makeScheduled({freshSlot()}, [&] {
        together.arrive_and_wait();  // for ever, if one were forgotten
        all.count_down();
      }));
    all.wait();
  }
}

TEST_CASE("a job on two namespaces waits its turn in both, and others wait for it") {
  const auto a = freshSlot(), b = freshSlot();
  std::string order;
  std::mutex mutex;
  Gate gate(0);
  std::latch all(4);
  Executor executor;
  const auto note = [&](char letter) {
    {
      const std::lock_guard guard(mutex);
      order += letter;
    }
    all.count_down();
  };
  executor.submit(makeScheduled({a}, [&] {
    gate.acquire();
    note('1');
  }));
  executor.submit(makeScheduled({a, b}, [&] { note('2'); }));
  executor.submit(makeScheduled({b}, [&] { note('3'); }));
  executor.submit(makeScheduled({a}, [&] { note('4'); }));
  std::this_thread::sleep_for(20ms);
  CHECK(order.empty());
  gate.release();
  all.wait();
  CHECK(order.substr(0, 2) == "12");
}

TEST_CASE("what waits holds up nobody") {
  Gate gate(0);
  std::latch waiting(20), ended(20), others(50);
  Executor executor;
  for (int i = 0; i < 20; i++)
    executor.submit(makeScheduled(
        {},
        [&] {
          waiting.count_down();
          gate.acquire();
          ended.count_down();
        },
        true));
  waiting.wait();
  for (int i = 0; i < 50; i++) executor.submit(makeScheduled({}, [&] { others.count_down(); }));
  others.wait();
  gate.release(20);
  ended.wait();
}

TEST_CASE("jobs that do not wait run on four threads at most, also when something that waited is over") {
  std::atomic<size_t> running = 0, most = 0;
  Gate gate(0), wait(0);
  std::latch began(1);
  Executor executor;
  const auto busy = [&] {
    const size_t now = ++running;
    for (size_t seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    gate.acquire();
    running--;
  };
  executor.submit(makeScheduled(
      {},
      [&] {
        began.count_down();
        wait.acquire();
      },
      true));
  began.wait();
  for (size_t i = 0; i < 3 * usualThreads; i++) executor.submit(makeScheduled({}, busy));
  REQUIRE(soon([&] { return running == usualThreads; }));
  wait.release();
  std::this_thread::sleep_for(50ms);
  CHECK(running == usualThreads);
  gate.release(3 * usualThreads);
  REQUIRE(soon([&] { return running == 0; }));
  CHECK(most == usualThreads);
}

TEST_CASE("threads are as few as the work needs, and gone afterwards") {
  const size_t before = threadCount();
  {
    Executor executor;
    CHECK(threadCount() == before);
    for (int i = 0; i < 200; i++) {
      std::latch one(1);
      executor.submit(makeScheduled({}, [&] { one.count_down(); }));
      one.wait();
    }
    CHECK(threadCount() <= before + usualThreads);
    for (int round = 0; round < 10; round++) {
      Gate gate(0);
      std::latch waiting(20), ended(20);
      for (int i = 0; i < 20; i++)
        executor.submit(makeScheduled(
            {},
            [&] {
              waiting.count_down();
              gate.acquire();
              ended.count_down();
            },
            true));
      waiting.wait();
      gate.release(20);
      ended.wait();
    }
    CHECK(soon([&] { return threadCount() <= before + usualThreads; }));
  }
  CHECK(threadCount() == before);
}

TEST_CASE("stopping waits for what runs, wakes what waits, and drops what is queued") {
  const auto slot = freshSlot();
  std::weak_ptr<int> dropped;
  std::atomic<int> ran = 0, done = 0, woken = 0;
  std::latch began(2);
  Executor executor;
  auto first = makeScheduled({slot}, [&] {
    began.count_down();
    std::this_thread::sleep_for(30ms);
    ran++;
  });
  first->done = [&] { done++; };
  executor.submit(std::move(first));
  executor.submit(makeScheduled(
      {},
      [&] {
        began.count_down();
        pollfd wake{executor.wakeFd(), POLLIN, 0};
        woken = ::poll(&wake, 1, 10'000);
      },
      true));
  {
    const auto owned = std::make_shared<int>(1);
    dropped = owned;
    auto queued = makeScheduled({slot}, [owned, &ran] { ran++; });
    queued->done = [&] { done++; };
    executor.submit(std::move(queued));
  }
  began.wait();
  CHECK_FALSE(dropped.expired());
  executor.stop();
  CHECK(ran == 1);
  CHECK(done == 1);
  CHECK(woken == 1);
  CHECK(dropped.expired());
  CHECK(slot->queue.empty());
  CHECK(slot.use_count() == 1);
}

TEST_CASE("after stopping, once or twice, jobs are dropped") {
  Executor executor;
  executor.stop();
  executor.stop();
  bool ran = false;
  const auto owned = std::make_shared<int>(1);
  executor.submit(makeScheduled({}, [&ran, owned] { ran = true; }));
  CHECK_FALSE(ran);
  CHECK(owned.use_count() == 1);
}

TEST_CASE("stopping at any moment leaves nothing behind") {
  const size_t before = threadCount();
  const auto slot = freshSlot();
  for (int round = 0; round < 200; round++) {
    Executor executor;
    for (int i = 0; i < 8; i++)
      executor.submit(makeScheduled(
          i % 2 ? std::vector{slot} : std::vector<NetNamespacePtr>{}, [] {}, i % 4 == 0));
    if (round % 2) std::this_thread::sleep_for(std::chrono::microseconds(round * 5));
    executor.stop();
    CHECK(slot->queue.empty());
  }
  CHECK(threadCount() == before);
}

TEST_CASE("a thread that could not come back from a namespace runs nothing again, and is replaced") {
  const size_t before = threadCount();
  const auto home = identify(currentNamespace().get());
  const auto slot = freshSlot();
  Executor executor;
  for (int round = 0; round < 30; round++) {
    std::latch lost(1), next(usualThreads);
    auto loses = makeScheduled({slot}, [&] {
      const EnterNamespace enter(slot->fd(), OnLost::MarkThread);
      dropCapability(CAP_SYS_ADMIN);
    });
    loses->done = [&] { lost.count_down(); };
    executor.submit(std::move(loses));
    std::atomic<int> elsewhere = 0, powerless = 0;
    for (size_t i = 0; i < usualThreads; i++)
      executor.submit(makeScheduled(i % 2 ? std::vector{slot} : std::vector<NetNamespacePtr>{}, [&] {
        if (identify(currentNamespace().get()) != home) elsewhere++;
        if (!hasCapability(CAP_SYS_ADMIN)) powerless++;
        next.count_down();
      }));
    lost.wait();
    executor.replaceLost();
    next.wait();
    CHECK(elsewhere.load() == 0);
    CHECK(powerless.load() == 0);
  }
  CHECK(soon([&] { return threadCount() <= before + usualThreads; }));
}

TEST_CASE("signals go to the program's own threads, whose masks stay as they are") {
  sigset_t before, after, inside;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
  std::latch done(1);
  Executor executor;
  executor.submit(makeScheduled({}, [&] {
    ::pthread_sigmask(SIG_BLOCK, nullptr, &inside);
    done.count_down();
  }));
  done.wait();
  ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGPROF, SIGALRM, SIGPIPE}) {
    CHECK(::sigismember(&inside, signal) == 1);
    CHECK(::sigismember(&before, signal) == ::sigismember(&after, signal));
  }
}

namespace {

// Until the end of the scope no thread can be started: none has room for a stack like that.
class NoMoreThreads {
 public:
  NoMoreThreads() {
    pthread_attr_t huge;
    ::pthread_attr_init(&before_);
    ::pthread_getattr_default_np(&before_);
    ::pthread_attr_init(&huge);
    REQUIRE(::pthread_attr_setstacksize(&huge, size_t{1} << 47) == 0);
    REQUIRE(::pthread_setattr_default_np(&huge) == 0);
  }
  ~NoMoreThreads() { ::pthread_setattr_default_np(&before_); }

 private:
  pthread_attr_t before_;
};

}  // namespace

TEST_CASE("where no thread can be started, that is an error of the submission, and nothing else changes") {
  sigset_t before, after;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
  Executor executor;
  const auto slot = freshSlot();
  const auto owned = std::make_shared<int>(1);
  {
    const NoMoreThreads none;
    CHECK(errorOf([&] { executor.submit(makeScheduled({slot}, [owned] {})); }).error() == EAGAIN);
  }
  ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
  CHECK(::sigismember(&before, SIGINT) == ::sigismember(&after, SIGINT));
  CHECK(owned.use_count() == 1);
  CHECK(slot->queue.empty());
  std::latch ran(1);  // once there is room again
  executor.submit(makeScheduled({slot}, [&] { ran.count_down(); }));
  ran.wait();
}

TEST_CASE("where no further thread can be started, those there are do the work") {
  Gate gate(0);
  std::latch began(1), ran(3);
  Executor executor;
  executor.submit(makeScheduled({}, [&] {
    began.count_down();
    gate.acquire();
  }));
  began.wait();
  const NoMoreThreads none;
  for (int i = 0; i < 3; i++) CHECK_NOTHROW(executor.submit(makeScheduled({}, [&] { ran.count_down(); })));
  gate.release();
  ran.wait();
}
