// Monitors on the real kernel: what is heard, what becomes of a loss, and how the thread that works them
// sleeps, starts and ends.
#include "monitor/monitor.h"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <set>

#include "job/objects.h"
#include "monitor/watch_thread.h"
#include "requests.h"

using namespace netplumb;
using namespace netplumb::test;
using namespace std::chrono_literals;

namespace {

Monitor::Options options(size_t mostQueued = 1000, int receiveBuffer = 1 << 20) {
  Monitor::Options read{{}, mostQueued, receiveBuffer};
  for (const Watched& watched : watchedObjects)
    if (watched.object == "link") read.subjects.push_back({&watched, findObject("link")});
  return read;
}

std::shared_ptr<Monitor> openIn(int netns, const Monitor::Options& wanted = options()) {
  const EnterNamespace enter(netns);
  return std::make_shared<Monitor>(wanted);
}

std::string nameOf(const Event& event) {
  return std::string(
      readText(findAttribute(Bytes(event.payload).subspan(sizeof(ifinfomsg)), IFLA_IFNAME)->payload));
}

// The promise outlives whoever waits: the thread that keeps it may still be at it.
std::future<void> readinessOf(Monitor& monitor) {
  const auto ready = std::make_shared<std::promise<void>>();
  monitor.whenReady([ready] { ready->set_value(); });
  return ready->get_future();
}

// Takes events, waiting for each, until one satisfies.
template <typename Satisfies>
std::vector<Event> takeUntil(Monitor& monitor, Satisfies&& satisfies) {
  std::vector<Event> all;
  for (;;) {
    REQUIRE(readinessOf(monitor).wait_for(20s) == std::future_status::ready);
    auto some = monitor.take(100);
    if (some.empty()) return all;
    for (Event& event : some) {
      const bool enough = satisfies(event);
      all.push_back(std::move(event));
      if (enough) return all;
    }
  }
}

auto isRemovalOf(const std::string& name) {
  return [=](const Event& event) { return event.change == Event::Change::Removed && nameOf(event) == name; };
}
auto isNewsOf(const std::string& name) {
  return [=](const Event& event) { return event.change == Event::Change::New && nameOf(event) == name; };
}

void ask(Socket& socket, ByteVector request) {
  ByteVector* const one[] = {&request};
  REQUIRE(socket.exchange(one).front().ack.error == 0);
}

// Threads of this process that work monitors, by id.
std::set<std::string> watchThreads() {
  std::set<std::string> found;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (name == "netplumb-watch") found.insert(task.path().filename());
  }
  return found;
}

size_t descriptorCount() {
  const std::filesystem::directory_iterator descriptors("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(descriptors), end(descriptors)));
}

template <typename Condition>
bool eventually(Condition&& condition) {
  for (int i = 0; i < 400; i++) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a monitor hears everything from the moment it is opened, in order") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    ask(socket, addBridge("before"));
    const auto monitor = std::make_shared<Monitor>(options());
    ask(socket, addBridge("br0"));
    ask(socket, removeLink("br0"));
    ask(socket, removeLink("before"));
    WatchThread thread;
    thread.add(monitor);
    const auto events = takeUntil(*monitor, isRemovalOf("before"));
    REQUIRE(events.size() >= 3);
    CHECK(isNewsOf("br0")(events.front()));
    CHECK(isRemovalOf("br0")(events.at(events.size() - 2)));
    monitor->close();
  });
}

TEST_CASE("what found no room is told once, and then what is true") {
  inFreshNamespace([] {
    Socket socket = Socket::open();
    for (const char* name : {"stays", "goes", "changes"}) ask(socket, addBridge(name));
    // Room for a handful in the socket, for one in the queue, and nobody takes.
    const auto monitor = std::make_shared<Monitor>(options(1, 1));
    WatchThread thread;
    thread.add(monitor);
    ask(socket, addBridge("first"));
    REQUIRE(readinessOf(*monitor).wait_for(20s) == std::future_status::ready);
    for (int round = 0; round < 50; round++) {
      ask(socket, addBridge("passing"));
      ask(socket, removeLink("passing"));
    }
    ask(socket, removeLink("goes"));
    ask(socket, linkRequest(RTM_NEWLINK, acknowledged, 0, [](Writer& writer) {
          writer.text(IFLA_IFNAME, "changes");
          writer.number<uint32_t>(IFLA_MTU, 1400);
        }));
    ask(socket, addBridge("comes"));

    std::map<std::string, bool> there{{"stays", true}, {"goes", true}, {"changes", true}};
    int overruns = 0, newsAfter = 0;
    bool toldOfStays = false;
    takeUntil(*monitor, [&](const Event& event) {
      if (event.change == Event::Change::Overrun) {
        overruns++;
        return false;
      }
      there[nameOf(event)] = event.change == Event::Change::New;
      if (overruns > 0) newsAfter++;
      if (nameOf(event) == "stays") toldOfStays = true;
      return overruns > 0 && isNewsOf("comes")(event);
    });
    CHECK(overruns == 1);
    CHECK(newsAfter <= 5);
    CHECK_FALSE(toldOfStays);
    CHECK(there == std::map<std::string, bool>{{"stays", true},
                                               {"goes", false},
                                               {"changes", true},
                                               {"first", true},
                                               {"passing", false},
                                               {"comes", true}});
    // And it goes on.
    ask(socket, removeLink("comes"));
    for (const Event& event : takeUntil(*monitor, isRemovalOf("comes")))
      CHECK(event.change != Event::Change::Overrun);
    monitor->close();
  });
}

TEST_CASE("monitors share one thread, which sleeps while nothing happens and ends with the last of them") {
  const UniqueFd netns = makeNamespace();
  const size_t before = descriptorCount();
  WatchThread thread;
  for (int round = 0; round < 2; round++) {
    std::vector<std::shared_ptr<Monitor>> monitors;
    for (int i = 0; i < 50; i++) {
      monitors.push_back(openIn(netns.get()));
      thread.add(monitors.back());
    }
    CHECK(watchThreads().size() == 1);
    shellIn(netns.get(), "sh -c 'ip link add br0 type bridge; ip link del br0'");
    for (const auto& monitor : monitors) takeUntil(*monitor, isRemovalOf("br0"));
    const auto switches = [] {
      std::ifstream status("/proc/self/task/" + *watchThreads().begin() + "/status");
      std::string text(std::istreambuf_iterator<char>(status), {});
      return text.substr(text.find("voluntary_ctxt_switches"));
    };
    // The last of the announcements may still be on their way.
    CHECK(eventually([&] {
      const std::string asleep = switches();
      std::this_thread::sleep_for(300ms);
      return switches() == asleep;
    }));
    for (const auto& monitor : monitors) monitor->close();
    CHECK(eventually([] { return watchThreads().empty(); }));
    monitors.clear();
    CHECK(descriptorCount() == before);
  }
}

TEST_CASE("closing tells whoever waits, and what was not taken is gone") {
  const UniqueFd netns = makeNamespace();
  WatchThread thread;
  const auto monitor = openIn(netns.get());
  thread.add(monitor);
  int told = 0;
  monitor->whenReady([&] { told++; });
  monitor->whenReady([&] { told++; });
  CHECK(told == 0);
  monitor->close();
  monitor->close();
  CHECK(told == 2);
  CHECK(monitor->ended());
  CHECK(monitor->take(10).empty());
}

TEST_CASE("the thread can be stopped while everything happens, and then tells nobody") {
  const UniqueFd netns = makeNamespace();
  auto thread = std::make_unique<WatchThread>();
  std::vector<std::shared_ptr<Monitor>> monitors;
  std::atomic<int> told = 0;
  for (int i = 0; i < 20; i++) {
    monitors.push_back(openIn(netns.get(), options(1, 1)));
    thread->add(monitors.back());
  }
  auto flood = std::async(std::launch::async, [&] {
    shellIn(netns.get(), "sh -c 'for i in $(seq 30); do ip link add br0 type bridge; ip link del br0; done'");
  });
  for (int i = 0; i < 50; i++)
    for (const auto& monitor : monitors) monitor->take(10);
  thread->stop();
  for (const auto& monitor : monitors) {
    CHECK(monitor->ended());
    monitor->whenReady([&] { told++; });  // at once, for it has ended
    monitor->close();
  }
  CHECK(told == 20);
  CHECK_THROWS_AS(thread->add(openIn(netns.get())), SystemError);
  thread.reset();
  CHECK(watchThreads().empty());
  flood.get();
}

TEST_CASE("a namespace whose name went is monitored until the monitor is closed") {
  shell("ip netns add monitored");
  WatchThread thread;
  const auto monitor = openIn(openNamespaceByName("monitored").get());
  thread.add(monitor);
  const auto inside = openNamespaceByName("monitored");
  shell("ip netns del monitored");
  shellIn(inside.get(), "ip link add br0 type bridge");
  CHECK_FALSE(takeUntil(*monitor, isNewsOf("br0")).empty());
  monitor->close();
}
