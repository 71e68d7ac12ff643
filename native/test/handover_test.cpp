// Steps that follow while their job is under way, and a writer that never comes back.
#include "job/handover.h"

#include <doctest/doctest.h>

#include <latch>
#include <thread>

#include "fake_kernel.h"
#include "job/executor.h"
#include "steps.h"

using namespace netplumb;
using namespace netplumb::test;

TEST_CASE("steps given later are run after those there were, and undone with them") {
  const auto slot = freshSlot();
  for (const bool fails : {false, true}) {
    auto job = makeJob({slot}, steps(bridge(0, "br0")));
    job->more = std::make_unique<Handover>();
    std::thread writer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      job->more->give(steps(address(0, 1, "br0"), fails ? impossible(0) : up(0, "br0")));
    });
    onThread([&] { job->run(Caller::Executor); });
    writer.join();
    CHECK(job->failure.has_value() == fails);
    if (fails) CHECK(job->failure->step == 2);
    const bool stands = shellIn(slot->fd(), "ip link show br0").status == 0;
    CHECK(stands == !fails);
    shellIn(slot->fd(), "ip link delete br0");
  }
}

TEST_CASE("a job that is abandoned takes back what it did") {
  const auto slot = freshSlot();
  auto job = makeJob({slot}, steps(bridge(0, "br0")));
  job->more = std::make_unique<Handover>();
  job->more->abandon();
  onThread([&] { job->run(Caller::Executor); });
  REQUIRE(job->failure);
  CHECK(job->failure->error == ECANCELED);
  CHECK(shellIn(slot->fd(), "ip link show br0").status != 0);
}

TEST_CASE("stopping does not wait for a writer that was terminated") {
  Handover never;
  bool empty = false;
  std::latch began(1);
  Executor executor;
  auto job = std::make_unique<ScheduledJob>();
  job->work = [&] {
    began.count_down();
    empty = !never.take();
  };
  executor.submit(std::move(job));
  began.wait();
  executor.stop();  // for ever, if it did
  CHECK(empty);
}
