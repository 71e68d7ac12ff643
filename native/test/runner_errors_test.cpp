// The job of an attach, and the claim of a warm one, with every system call failing that they make: no hang,
// no crash, nothing left. What Node would make slow; the same on whole operations is test/sweep's.
#include <doctest/doctest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "failing_calls.h"
#include "job/link_claim.h"
#include "job/runner.h"
#include "os/flock_now.h"
#include "os/named_namespace.h"
#include "os/namespace_directory.h"
#include "os/sysctl.h"
#include "steps.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

constexpr double longestSeconds = 5;
const char* const container = "errors";
const char* const label = "netplumb/1 a label";
const char* const lockPath = "/run/netplumb/errors.lock";

/// Calls that a signal can interrupt, by its number or by being slow.
const std::set<std::string> interruptible{"sendmsg", "recvmsg", "flock"};

std::vector<FailingCall> faults() {
  return {{0, ENOBUFS},      {0, ENOMEM},      {0, EPERM},
          {0, ENOMEM, true}, {0, EPERM, true}, {0, EINTR, false, interruptible}};
}

void text(Writer& writer, uint16_t type, const std::string& value) {
  writer.attribute(type, {reinterpret_cast<const uint8_t*>(value.data()), value.size()});
}

/// `ip link set LINK master MASTER alias ALIAS up`
Step labelled(Slot slot, const std::string& link, uint32_t master) {
  ByteVector message = linkRequest(RTM_NEWLINK, acknowledged, 0, [&](Writer& writer) {
    writer.text(IFLA_IFNAME, link);
    writer.number<uint32_t>(IFLA_MASTER, master);
    text(writer, IFLA_IFALIAS, label);
  });
  auto* header = reinterpret_cast<ifinfomsg*>(message.data() + NLMSG_HDRLEN);
  header->ifi_flags = header->ifi_change = IFF_UP;
  return request(slot, "link", Verb::Set, std::move(message));
}

/// `ip link property add dev LINK altname NAME`
Step claimed(Slot slot, const std::string& link, const std::string& name) {
  return request(slot, "altName", Verb::Add, linkRequest(RTM_NEWLINKPROP, creating, 0, [&](Writer& writer) {
                   writer.text(IFLA_IFNAME, link);
                   const auto list = writer.beginNest(IFLA_PROP_LIST | NLA_F_NESTED);
                   writer.text(IFLA_ALT_IFNAME, name);
                   writer.endNest(list);
                 }));
}

std::vector<Step> attach(const std::string& link, uint32_t bridge) {
  return steps(createNamespace(1, container), veth(0, link, "eth0", 1), labelled(0, link, bridge),
               claimed(0, link, "np1:br0:c:" + link), claimed(0, link, "np1:br0:" + link),
               other("sysctl.set", "eth0", SysctlSet{1, sysctlPath("net/ipv4/conf/eth0/forwarding"), "0"}),
               up(1, "lo"), up(1, "eth0"), address(1, 2, "eth0"), route(1, 9, 1),
               request(0, "link", Verb::Settle, getLink(link)));
}

std::set<std::string> linksOf(int netns) {
  return onThread([netns] {
    EnterNamespace enter(netns, OnLost::MarkThread);
    std::ifstream file("/proc/thread-self/net/dev");
    std::set<std::string> names;
    for (std::string line; std::getline(file, line);)
      if (const size_t colon = line.find(':'); colon != std::string::npos)
        names.insert(line.substr(line.find_first_not_of(' '), colon - line.find_first_not_of(' ')));
    return names;
  });
}

size_t openDescriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

bool isEmpty(const char* directory) {
  return !std::filesystem::exists(directory) || std::filesystem::is_empty(directory);
}

bool isUnlocked() {
  UniqueFd file(::open(lockPath, O_RDONLY | O_CLOEXEC));
  return !file || flockNow(file.get(), LOCK_EX);
}

/// What the tearing down of a namespace takes away by itself.
bool comesTo(const std::set<std::string>& links, int netns) {
  for (int tries = 0; tries < 500; tries++) {
    if (linksOf(netns) == links) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// Fails the first call that `body` makes, the second and so on, until it makes none more, in each way.
/// `after` is given the failure that it was told of, and cleans. Returns how many calls failed, and of how
/// many of them nothing was told.
template <typename Body, typename After>
std::pair<size_t, size_t> failEach(Body&& body, After&& after) {
  size_t points = 0, harmless = 0;
  for (FailingCall failing : faults()) {
    for (failing.nth = 1;; failing.nth++) {
      const size_t descriptors = openDescriptors();
      std::optional<Failure> failure;
      const Watched watched = watch(failing, [&] { failure = body(); });
      CAPTURE(failing.nth);
      CAPTURE(watched.failed);
      CAPTURE(failing.error);
      CAPTURE(failing.forGood);
      CHECK(watched.seconds < longestSeconds);
      CHECK(isUnlocked());
      if (failure) {
        CHECK(failure->error > 0);
        CHECK(failure->operation != "");
        CHECK(failing.error != EINTR);
      }
      after(failure);
      CHECK(openDescriptors() == descriptors);
      if (watched.failed.empty()) {
        CHECK_FALSE(failure);
        break;
      }
      points++;
      if (!failure) harmless++;
    }
  }
  CHECK(harmless < points);
  return {points, harmless};
}

/// A host with a bridge, and what stands on it before.
struct Stage {
  NetNamespacePtr host = freshSlot();
  uint32_t bridge = 0;
  std::set<std::string> before;

  Stage() {
    shellIn(host->fd(), "ip link add br0 type bridge");
    bridge = static_cast<uint32_t>(std::stoul(shellIn(host->fd(), "ip -o link show br0").text));
    before = linksOf(host->fd());
  }
};

}  // namespace

TEST_CASE("an attach whose system calls fail, each once or for good, succeeds or leaves nothing") {
  const Stage stage;
  size_t run = 0;
  const auto body = [&] {
    forgetNamespaceDirectory();  // so that it is prepared each time
    // The links of the last go when the kernel comes to it.
    const std::string link = "np" + std::to_string(run++);
    auto job = makeJob({stage.host, nullptr}, attach(link, stage.bridge));
    job->lock = LockRequest{lockPath, FileLock::Mode::Shared};
    job->run(Caller::Executor);
    return std::move(job->failure);
  };
  const auto after = [&](const std::optional<Failure>& failure) {
    const bool named = NamedNamespace::list() == std::vector<std::string>{container};
    CHECK(named == !failure);
    if (named) {
      CHECK(shell(std::string("nsenter --net=/run/netns/") + container + " ip -o address show eth0")
                .text.find(" 10.0.0.2/") != std::string::npos);
      NamedNamespace::remove(container);
    }
    NamedNamespace::removeAbandoned();
    CHECK(isEmpty("/run/netns"));
  };
  const auto [points, harmless] = failEach(body, after);
  CHECK(comesTo(stage.before, stage.host->fd()));
  MESSAGE("attach: " << points << " failing calls, " << harmless << " of them harmless");
}

TEST_CASE(
    "a claim whose system calls fail, each once or for good, succeeds or leaves the endpoint as it was") {
  const Stage stage;
  const auto inside = freshSlot();
  REQUIRE(
      run({stage.host, inside}, steps(veth(0, "np0", "eth0", 1), labelled(0, "np0", stage.bridge))).error() ==
      0);
  LinkClaim claim;
  claim.host = stage.host;
  claim.index = static_cast<uint32_t>(std::stoul(shellIn(stage.host->fd(), "ip -o link show np0").text));
  claim.altName = std::string("np1:br0:c:") + container;
  claim.alias = "netplumb/1 claimed";
  claim.formerAlias = label;
  claim.inside = inside;
  claim.name = container;
  claim.lock = LockRequest{lockPath, FileLock::Mode::Shared};
  const auto standing = [&] { return shellIn(stage.host->fd(), "ip link show np0").text; };
  const std::string before = standing();

  const auto body = [&] {
    forgetNamespaceDirectory();
    return claimLink(claim, Caller::Executor);
  };
  const auto after = [&](const std::optional<Failure>& failure) {
    const bool named = NamedNamespace::list() == std::vector<std::string>{container};
    CHECK(named == !failure);
    if (named) NamedNamespace::remove(container);
    NamedNamespace::removeAbandoned();
    CHECK(isEmpty("/run/netns"));
    // What could not be taken back is said, and then nobody else gets the endpoint.
    if (failure && failure->notUndone.empty()) CHECK(standing() == before);
    if (!failure) CHECK(standing().find(claim.altName) != std::string::npos);
    shellIn(stage.host->fd(), "ip link property del dev np0 altname " + claim.altName);
    shellIn(stage.host->fd(), "ip link set np0 alias '" + std::string(label) + "'");
  };
  const auto [points, harmless] = failEach(body, after);
  MESSAGE("claim: " << points << " failing calls, " << harmless << " of them harmless");
}
