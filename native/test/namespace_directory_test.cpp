// The mount that /run/netns must be, made once however many begin, and seen through from inside `ip netns
// exec`.
#include "os/namespace_directory.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "os/named_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

std::string mountsOnDirectory() { return shell("grep -c ' /run/netns ' /proc/self/mountinfo").text; }

void startOver() {
  shell("umount -l /run/netns; rmdir /run/netns");
  forgetNamespaceDirectory();
}

}  // namespace

TEST_CASE("a propagation slave is told from its mountinfo line") {
  const std::string_view slave = "30 25 0:23 /netns /run/netns rw,nosuid master:7 - tmpfs none rw\n";
  const std::string_view shared = "31 25 0:23 /netns /run/netns rw shared:9 master:7 - tmpfs none rw\n";
  const std::string_view other = "32 25 0:23 /x /run/netns/c1 rw master:7 - nsfs nsfs rw\n";
  auto isSlave = [](std::string_view text, uint64_t id) {
    return isPropagationSlave(text, id, "/run/netns");
  };
  CHECK(isSlave(slave, 30));
  CHECK_FALSE(isSlave(shared, 31));
  CHECK_FALSE(isSlave(other, 32));
  CHECK_FALSE(isSlave("", 30));
  CHECK(isSlave(std::string(other) + std::string(slave), 30));
  CHECK_FALSE(isSlave(std::string(slave) + std::string(shared), 31));  // the first is covered by the second
  CHECK_FALSE(isSlave("30 25 0:23 / /run/netns rw - tmpfs master:7 rw", 30));
}

TEST_CASE("the directory becomes what ip netns makes of it") {
  startOver();
  prepareNamespaceDirectory();
  struct stat ours {};
  REQUIRE(::stat(kNamespaceDirectory, &ours) == 0);
  std::string propagation = "findmnt -n -o PROPAGATION /run/netns";
  CHECK((ours.st_mode & 07777) == 0755);
  CHECK(mountsOnDirectory() == "1\n");
  CHECK(shell(propagation).text == "shared\n");
  startOver();
  REQUIRE(shell("ip netns add x && ip netns del x").status == 0);
  struct stat theirs {};
  REQUIRE(::stat(kNamespaceDirectory, &theirs) == 0);
  CHECK(theirs.st_mode == ours.st_mode);
  CHECK(mountsOnDirectory() == "1\n");
  CHECK(shell(propagation).text == "shared\n");
}

TEST_CASE("whoever prepares the directory is waited for") {
  startOver();
  REQUIRE(::mkdir(kNamespaceDirectory, 0755) == 0);
  UniqueFd directory(::open(kNamespaceDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(::flock(directory.get(), LOCK_EX) == 0);
  auto preparing = std::async(std::launch::async, [] { prepareNamespaceDirectory(); });
  CHECK(preparing.wait_for(std::chrono::milliseconds(80)) == std::future_status::timeout);
  CHECK(mountsOnDirectory() == "0\n");
  directory.reset();
  preparing.get();
  CHECK(mountsOnDirectory() == "1\n");
}

TEST_CASE("many that begin at once, ip netns among them, make one mount, and every name can be removed") {
  UniqueFd fd = makeNamespace();
  for (int round = 0; round < 5; ++round) {
    startOver();
    std::string line;
    for (int i = 0; i < 4; ++i)
      line += selfChild("publish ours" + std::to_string(i)) + " & ip netns add theirs" + std::to_string(i) +
              " & ";
    REQUIRE(shell(line + "wait").status == 0);
    NamedNamespace::publish(fd.get(), "ours4");
    CHECK(mountsOnDirectory() == "1\n");
    CHECK(NamedNamespace::list().size() == 9);
    for (const std::string& name : NamedNamespace::list()) {
      CAPTURE(name);
      CHECK(errorOf([&] { NamedNamespace::remove(name); }).error() == 0);
    }
    CHECK(NamedNamespace::list().empty());
  }
}

TEST_CASE("inside ip netns exec a name is refused, with the way out") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "host");
  Cleanup cleanup("ip netns del host; ip netns del inside; rm -f /run/netns/inside");
  Output inside = shell("ip netns exec host " + selfChild("publish inside"));
  CHECK(inside.status == EINVAL);
  CHECK(inside.text.find("nsenter --net=") != std::string::npos);
  CHECK(::access("/run/netns/inside", F_OK) != 0);
  CHECK(shell("nsenter --net=/run/netns/host " + selfChild("publish inside")).status == 0);
  CHECK(NamedNamespace::list() == std::vector<std::string>{"host", "inside"});
}

TEST_CASE("what ip netns exec would do there: the name is a plain file to everybody else") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "host");
  Cleanup cleanup("rm -f /run/netns/inside; ip netns del host");
  REQUIRE(shell("ip netns exec host ip netns add inside").status == 0);
  CHECK(::access("/run/netns/inside", F_OK) == 0);
  CHECK(NamedNamespace::list() == std::vector<std::string>{"host"});
}
