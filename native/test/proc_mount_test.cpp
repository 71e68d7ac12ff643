// The process' own mount of proc: that it shows what the common one would, that it is replaced, and where it
// is not used.
#include "os/proc_mount.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <array>
#include <future>
#include <stdexcept>

#include "os/network_namespace.h"
#include "os/sysctl.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

constexpr const char* kNet = "/proc/sys/net";
const std::string kForward = "/proc/sys/net/ipv4/ip_forward";

dev_t deviceOf(int fd) {
  struct stat status {};
  REQUIRE(::fstat(fd, &status) == 0);
  return status.st_dev;
}

}  // namespace

TEST_CASE("our proc is not the common one, and another takes its place after so many looks") {
  const UniqueFd common(::open("/proc", O_PATH | O_CLOEXEC));
  const auto first = ownProcMount(kNet);
  REQUIRE(first);
  const dev_t device = deviceOf(first->get());
  CHECK(device != deviceOf(common.get()));
  unsigned looks = 1;
  for (; looks <= kLooksPerProcMount; looks++)
    if (deviceOf(ownProcMount(kNet)->get()) != device) break;
  CHECK(looks <= kLooksPerProcMount);
  const dev_t next = deviceOf(ownProcMount(kNet)->get());
  CHECK(next != device);
  for (looks = 2; looks < kLooksPerProcMount; looks++) REQUIRE(deviceOf(ownProcMount(kNet)->get()) == next);
  CHECK(deviceOf(first->get()) == device);  // whoever still looks through it has it as long
}

TEST_CASE("looks through it on several threads at once, while it is replaced") {
  std::array<std::future<void>, 4> threads;
  for (auto& thread : threads)
    thread = std::async(std::launch::async, [] {
      FreshNamespace scope;
      for (unsigned look = 0; look < 2 * kLooksPerProcMount; look++) {
        const std::string value = look % 2 == 0 ? "1" : "0";
        writeSysctl(kForward, value);
        if (readSysctl(kForward) != value) throw std::runtime_error("another namespace's");
      }
    });
  for (auto& thread : threads) CHECK_NOTHROW(thread.get());
}

TEST_CASE("what is read and written through it is the visited namespace's") {
  onThread([] {
    FreshNamespace scope;
    for (unsigned look = 0; look < 3 * kLooksPerProcMount; look++) {
      const std::string value = look % 2 == 0 ? "1" : "0";
      writeSysctl(kForward, value);
      REQUIRE(readSysctl(kForward) == value);
      REQUIRE(shell("cat " + kForward).text == value + "\n");
    }
  });
}

TEST_CASE("where /proc/sys is read-only, or covered, or CAP_SYS_ADMIN is missing, the common one is used") {
  onThread([] {
    FreshNamespace scope;
    REQUIRE(ownProcMount(kNet));
    {
      REQUIRE(::mount("/proc/sys", "/proc/sys", nullptr, MS_BIND, nullptr) == 0);
      Cleanup cleanup("umount /proc/sys");
      REQUIRE(::mount(nullptr, "/proc/sys", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0);
      CHECK_FALSE(ownProcMount(kNet));
    }
    {
      REQUIRE(::mount("covered", kNet, "tmpfs", 0, nullptr) == 0);
      Cleanup cleanup("umount /proc/sys/net");
      CHECK_FALSE(ownProcMount(kNet));
    }
    CHECK(ownProcMount(kNet));
  });
  onThread([] {
    FreshNamespace scope(OnLost::MarkThread);  // without the capability there is no way back
    dropCapability(CAP_SYS_ADMIN);
    for (unsigned look = 0; look < kLooksPerProcMount; look++) ownProcMount(kNet);
    CHECK_FALSE(ownProcMount(kNet));
    CHECK_NOTHROW(writeSysctl(kForward, "1"));
    CHECK(readSysctl(kForward) == "1");
  });
  for (unsigned look = 0; look < kLooksPerProcMount; look++) ownProcMount(kNet);
  CHECK(ownProcMount(kNet));  // tried again when it is due
}
