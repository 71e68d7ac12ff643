// What a job sends together, and what it does when the kernel's answers stay away, behind a fake kernel.
#include <doctest/doctest.h>

#include <map>
#include <optional>

#include "fake_kernel.h"
#include "job/runner.h"
#include "steps.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

// A slot whose kernel is a fake.
struct FakeSlot {
  explicit FakeSlot(FakeKernel::Answer answer) {
    const int fd = openedBy([&] { slot = freshSlot(); });
    kernel.emplace(fd, std::move(answer));
  }
  NetNamespacePtr slot;
  std::optional<FakeKernel> kernel;
};

// Says that every link is number 7, and yes to everything else.
Datagrams agreeAndFind(Bytes sent) {
  Datagrams answers;
  for (const MessageView& message : messagesOf(sent)) {
    ifinfomsg link{};
    link.ifi_index = 7;
    const Bytes body{reinterpret_cast<const uint8_t*>(&link), sizeof link};
    if (message.type == RTM_GETLINK) answers.push_back(answer(message, RTM_NEWLINK, 0, body));
    answers.push_back(acknowledge(message));
  }
  return answers;
}

using Sends = std::vector<size_t>;

std::vector<Step> ups(Slot slot, size_t count) {
  std::vector<Step> steps;
  for (size_t i = 0; i < count; i++) steps.push_back(up(slot, "lo"));
  return steps;
}

}  // namespace

TEST_CASE("neighbours in one namespace share a send, a visit elsewhere ends it") {
  FakeSlot first(agree), second(agree);
  std::vector<Step> steps;
  for (const auto& [slot, count] : {std::pair<Slot, size_t>{0, 5}, {1, 3}, {0, 2}})
    for (Step& step : ups(slot, count)) steps.push_back(std::move(step));
  CHECK(run({first.slot, second.slot}, std::move(steps)).error() == 0);
  CHECK(first.kernel->sends() == Sends{5, 2});
  CHECK(second.kernel->sends() == Sends{3});
}

TEST_CASE("no send is longer than its answers have room for") {
  FakeSlot fake(agree);
  CHECK(run({fake.slot}, ups(0, 130)).error() == 0);
  CHECK(fake.kernel->sends() == Sends{64, 64, 2});
}

TEST_CASE("barriers and reads are sent alone, after what stands before them") {
  FakeSlot fake(agreeAndFind);
  CHECK(run({fake.slot}, steps(up(0, "lo"), up(0, "lo"), alone(up(0, "lo")), alone(up(0, "lo")), up(0, "lo"),
                               request(0, "link", Verb::Get, getLink("lo")), up(0, "lo")))
            .error() == 0);
  CHECK(fake.kernel->sends() == Sends{2, 1, 2, 1, 1});
}

TEST_CASE("a step of several messages is not divided between sends") {
  FakeSlot fake(agree);
  std::vector<Step> list = ups(0, 63);
  Step three = up(0, "lo");
  auto& messages = std::get<Request>(three.what).messages;
  const ByteVector one = messages.front();
  messages = {one, one, one};
  list.push_back(std::move(three));
  CHECK(run({fake.slot}, std::move(list)).error() == 0);
  CHECK(fake.kernel->sends() == Sends{63, 3});
}

TEST_CASE("requests too large for one send go in several") {
  const auto slot = freshSlot();
  std::vector<Step> steps;
  for (int i = 0; i < 20; i++)
    steps.push_back(
        request(0, "link", Verb::Set, linkRequest(RTM_NEWLINK, acknowledged, 1, [](Writer& writer) {
                  writer.attribute(0x3ff0, ByteVector(60'000));  // ignored by the kernel
                })));
  const auto ran = run({slot}, std::move(steps));
  CHECK(ran.error() == 0);
}

TEST_CASE("a kernel that does not echo is asked for the link it made") {
  FakeSlot fake(agreeAndFind);
  const auto ran = run({fake.slot}, steps(bridge(0, "br0"), address(0, 1, "br0")));
  CHECK(ran.error() == 0);
  CHECK(ran.job->results[0].index == 7);
  CHECK(fake.kernel->sends() == Sends{1, 1, 1});
}

namespace {

// Answers nothing to requests whose number in the job is in `lost`, no to `refused`; records what it was
// asked to remove.
struct Forgetful {
  std::vector<uint32_t> lost, refused;
  std::vector<uint16_t> removals;
  std::optional<uint32_t> first = {};  // sequence number

  Datagrams operator()(Bytes sent) {
    Datagrams answers;
    for (const MessageView& message : messagesOf(sent)) {
      if (!first) first = message.sequence;
      const bool removes =
          message.type == RTM_DELLINK || message.type == RTM_DELADDR || message.type == RTM_DELROUTE;
      if (removes) removals.push_back(message.type);
      const auto is = [&](const std::vector<uint32_t>& list) {
        return !removes && std::find(list.begin(), list.end(), message.sequence - *first) != list.end();
      };
      if (is(lost)) continue;
      ifinfomsg link{};
      link.ifi_index = 7;
      if (message.flags & NLM_F_ECHO && !is(refused))
        answers.push_back(
            answer(message, RTM_NEWLINK, 0, {reinterpret_cast<const uint8_t*>(&link), sizeof link}));
      answers.push_back(acknowledge(message, is(refused) ? EPERM : 0));
    }
    return answers;
  }
};

std::vector<Step> threeThings() {
  std::vector<Step> steps;
  steps.push_back(bridge(0, "br0"));
  steps.push_back(address(0, 1, StepLink{0, false}));
  steps.push_back(route(0, 1, 9));
  return steps;
}

}  // namespace

// It may have been refused because the same stood there before, which must not go in its place.
TEST_CASE("a request whose answer was lost is not taken back, and the failure says so") {
  const auto forgetful = std::make_shared<Forgetful>(Forgetful{{1}, {}, {}});
  FakeSlot fake([forgetful](Bytes sent) { return (*forgetful)(sent); });
  const auto ran = run({fake.slot}, threeThings());
  CHECK(ran.error() == ETIMEDOUT);
  CHECK(ran.job->failure->step == 1);
  CHECK(ran.job->failure->kernelMessage == "the kernel's answer was lost");
  CHECK(ran.job->failure->notUndone == std::vector<size_t>{1});
  CHECK(forgetful->removals == std::vector<uint16_t>{RTM_DELROUTE, RTM_DELLINK});
}

TEST_CASE("a link whose index nobody told is not removed by name, and the failure says so") {
  const auto forgetful = std::make_shared<Forgetful>(Forgetful{{0}, {}, {}});
  FakeSlot fake([forgetful](Bytes sent) { return (*forgetful)(sent); });
  const auto ran = run({fake.slot}, threeThings());
  CHECK(ran.error() == ETIMEDOUT);
  CHECK(ran.job->failure->step == 0);
  CHECK(ran.job->failure->notUndone == std::vector<size_t>{0});
  CHECK(forgetful->removals.empty());
}

TEST_CASE("a refused request is not taken back, those beside it are") {
  const auto forgetful = std::make_shared<Forgetful>(Forgetful{{}, {1}, {}});
  FakeSlot fake([forgetful](Bytes sent) { return (*forgetful)(sent); });
  const auto ran = run({fake.slot}, threeThings());
  CHECK(ran.error() == EPERM);
  CHECK(forgetful->removals == std::vector<uint16_t>{RTM_DELROUTE, RTM_DELLINK});
}

TEST_CASE("when one link cannot be found again, its neighbours are taken back all the same") {
  const auto removed = std::make_shared<std::vector<uint16_t>>();
  FakeSlot fake([removed](Bytes sent) {
    Datagrams answers;
    for (const MessageView& message : messagesOf(sent)) {
      if (message.type == RTM_DELROUTE) removed->push_back(message.type);
      answers.push_back(acknowledge(message, message.type == RTM_GETLINK ? ENODEV : 0));  // and no echo
    }
    return answers;
  });
  const auto ran = run({fake.slot}, steps(bridge(0, "br0"), route(0, 1, 9)));
  CHECK(ran.error() == ENODEV);
  CHECK(*removed == std::vector<uint16_t>{RTM_DELROUTE});
}

TEST_CASE("a job cancelled before it begins does nothing") {
  FakeSlot fake(agree);
  auto job = makeJob({fake.slot}, ups(0, 2));
  job->cancelled = true;
  const auto ran = run(std::move(job));
  CHECK(ran.error() == ECANCELED);
  CHECK(ran.job->failure->step == 0);
  CHECK(fake.kernel->sends().empty());
}

TEST_CASE("a job cancelled in the middle finishes its send and takes back what it added") {
  const auto forgetful = std::make_shared<Forgetful>();
  Job* running = nullptr;
  FakeSlot fake([&running, forgetful](Bytes sent) {
    running->cancelled = true;
    return (*forgetful)(sent);
  });
  auto job = makeJob({fake.slot}, steps(bridge(0, "br0"), alone(up(0, "br0")), alone(up(0, "br0"))));
  running = job.get();
  const auto ran = run(std::move(job));
  CHECK(ran.error() == ECANCELED);
  CHECK(ran.job->failure->step == 2);
  CHECK(forgetful->removals == std::vector<uint16_t>{RTM_DELLINK});
}

TEST_CASE("a lock that another holds is an error, and nothing was done") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/1.lock";
  FakeSlot fake(agree);
  const auto attempt = [&](FileLock::Mode mode) {
    auto job = makeJob({fake.slot}, ups(0, 1));
    job->lock = {path, mode};
    return run(std::move(job));
  };
  {
    const auto held = FileLock::tryAcquire(path, FileLock::Mode::Exclusive);
    const auto refused = attempt(FileLock::Mode::Shared);
    CHECK(refused.error() == EWOULDBLOCK);
    CHECK(refused.job->failure->target == path);
    CHECK_FALSE(refused.job->failure->step);
    CHECK(fake.kernel->sends().empty());
  }
  const auto shared = FileLock::tryAcquire(path, FileLock::Mode::Shared);
  CHECK(attempt(FileLock::Mode::Exclusive).error() == EWOULDBLOCK);
  CHECK(attempt(FileLock::Mode::Shared).error() == 0);
}

TEST_CASE("the lock is held as long as the job, and no longer") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/1.lock";
  bool wasFree = true;
  FakeSlot fake([&](Bytes sent) {
    wasFree = FileLock::tryAcquire(path, FileLock::Mode::Exclusive).has_value();
    return agree(sent);
  });
  auto job = makeJob({fake.slot}, ups(0, 1));
  job->lock = {path, FileLock::Mode::Shared};
  CHECK(run(std::move(job)).error() == 0);
  CHECK_FALSE(wasFree);
  CHECK(FileLock::tryAcquire(path, FileLock::Mode::Exclusive));
}
