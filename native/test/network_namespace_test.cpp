// Getting hold of a namespace in every way there is, and of nothing else.
#include "os/network_namespace.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "os/named_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

bool closesOnExec(const UniqueFd& fd) { return (::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0; }

UniqueFd openPidfd(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

}  // namespace

TEST_CASE("a namespace opened by name, path, pid and fd is the same one, and closes on exec") {
  WaitingChild child;
  UniqueFd byPid = openNamespaceByPid(child.pid());
  NamedNamespace::publish(byPid.get(), "ways");
  Cleanup cleanup("ip netns del ways");
  UniqueFd byName = openNamespaceByName("ways");
  UniqueFd byPath = openNamespaceByPath("/proc/" + std::to_string(child.pid()) + "/ns/net");
  UniqueFd byOtherPath = openNamespaceByPath("/run/netns/ways");
  UniqueFd byFd = duplicateNamespace(byName.get());
  for (const UniqueFd* fd : {&byName, &byPath, &byOtherPath, &byFd}) {
    CHECK(identify(fd->get()) == identify(byPid.get()));
    CHECK(closesOnExec(*fd));
  }
  CHECK(closesOnExec(byPid));
  CHECK(closesOnExec(currentNamespace()));
  CHECK_FALSE(identify(currentNamespace().get()) == identify(byPid.get()));
}

TEST_CASE("a pid is opened through /proc on kernels whose pidfds cannot be asked") {
  WaitingChild child;
  UniqueFd pidfd = openPidfd(child.pid());
  UniqueFd opened = openNamespaceThroughProc(pidfd.get(), child.pid());
  CHECK(identify(opened.get()) == identify(openNamespaceByPid(child.pid()).get()));
  CHECK(closesOnExec(opened));
}

TEST_CASE("a pid that died is ESRCH, also while it is a zombie or has been given to another process") {
  WaitingChild child;
  pid_t pid = child.pid();
  UniqueFd pidfd = openPidfd(pid);
  child.kill();
  CHECK(errorOf([&] { openNamespaceByPid(pid); }).error() == ESRCH);
  CHECK(errorOf([&] { openNamespaceThroughProc(pidfd.get(), pid); }).error() == ESRCH);
  child.reap();
  CHECK(errorOf([&] { openNamespaceByPid(pid); }).error() == ESRCH);
  // The path names a living process by now, the pidfd still the dead one.
  CHECK(errorOf([&] { openNamespaceThroughProc(pidfd.get(), ::getpid()); }).error() == ESRCH);
  CHECK(errorOf([] { openNamespaceByPid(0); }).error() == EINVAL);
  CHECK(errorOf([] { openNamespaceByPid(-1); }).error() == EINVAL);
}

TEST_CASE("what is not a network namespace is refused at once, and says what it is") {
  TemporaryDirectory directory;
  std::string base = directory.path() + "/";
  REQUIRE(::mkfifo((base + "fifo").c_str(), 0600) == 0);
  REQUIRE(shell("cd " + base + " && touch file && mkdir directory && ln -s fifo link").status == 0);
  auto refusal = [](const std::string& path) {
    SystemError error = errorOf([&] { openNamespaceByPath(path); });
    CHECK(error.error() == EINVAL);
    CHECK(error.target() == path);
    return error.explanation();
  };
  CHECK(refusal(base + "fifo") == "not a network namespace but a FIFO");
  CHECK(refusal(base + "link") == "not a network namespace but a FIFO");
  CHECK(refusal(base + "file") == "not a network namespace but an ordinary file");
  CHECK(refusal(base + "directory") == "not a network namespace but a directory");
  CHECK(refusal("/dev/null") == "not a network namespace");
  CHECK(refusal("/proc/self/ns/uts") == "not a network namespace but another kind of namespace");
  CHECK(errorOf([&] { openNamespaceByPath(base + "absent"); }).error() == ENOENT);
  CHECK(errorOf([] { openNamespaceByPath(std::string_view("/proc/self/ns/net\0x", 19)); }).error() == EINVAL);
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(errorOf([&] { duplicateNamespace(null.get()); }).error() == EINVAL);
  CHECK(errorOf([] { duplicateNamespace(-1); }).error() == EBADF);
}

TEST_CASE("a FIFO's waiting writer does not notice that it was looked at") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  auto writer =
      std::async(std::launch::async, [&] { return UniqueFd(::open(path.c_str(), O_WRONLY | O_CLOEXEC)); });
  for (int round = 0; round < 50; ++round) errorOf([&] { openNamespaceByPath(path); });
  CHECK(writer.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  UniqueFd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));  // lets the writer go
  CHECK(writer.get());
}

TEST_CASE("by name, nothing that stands below /run/netns is followed or waited for") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "real");
  Cleanup cleanup("cd /run/netns && rm -rf link fifo file directory; ip netns del real");
  REQUIRE(shell("cd /run/netns && ln -s real link && mkfifo fifo && touch file && mkdir directory").status ==
          0);
  for (const char* name : {"link", "fifo", "file", "directory"}) {
    CAPTURE(name);
    SystemError error = errorOf([&] { openNamespaceByName(name); });
    CHECK(error.error() == EINVAL);
    CHECK(error.explanation().starts_with("not a network namespace"));
  }
  CHECK(errorOf([] { openNamespaceByName("absent"); }).error() == ENOENT);
  CHECK_THROWS_AS(openNamespaceByName("../netns/real"), std::invalid_argument);
}
