// Names in /run/netns, against `ip netns` both ways, and what else may stand there.
#include "os/named_namespace.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "os/network_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

bool lists(const std::string& name) {
  std::vector<std::string> names = NamedNamespace::list();
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool exists(const std::string& name) { return ::access(("/run/netns/" + name).c_str(), F_OK) == 0; }

}  // namespace

TEST_CASE("a name is what a file, a label and an iptables comment can all carry") {
  for (const char* name : {"c", "container1", "_x", "9", "a.b", "a:b@c+d-e", "cni-1234"}) {
    CAPTURE(name);
    CHECK_NOTHROW(validateNamespaceName(name));
  }
  CHECK_NOTHROW(validateNamespaceName(std::string(255, 'a')));
  const std::string bad[] = {"",    ".",     "..",   "../x",     "/tmp/x",
                             "a/b", "a b",   "-a",   "a..b",     std::string("a\0b", 3),
                             "a\n", "a\x01", "a\"b", "\xc3\xa4", std::string(256, 'a'),
                             "%",   "a*",    "@x",   "#x",       ".x"};
  for (const std::string& name : bad) {
    CAPTURE(name);
    CHECK_THROWS_AS(validateNamespaceName(name), std::invalid_argument);
  }
  CHECK(namespacePath("c1") == "/run/netns/c1");
  CHECK_THROWS_AS(namespacePath("../c1"), std::invalid_argument);
  CHECK_THROWS_AS(NamedNamespace::remove("../c1"), std::invalid_argument);
  CHECK_THROWS_AS(NamedNamespace::publish(-1, "../c1"), std::invalid_argument);
}

TEST_CASE("a published name is one to ip netns: list, exec, identify, del") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "ours");
  CHECK(shell("ip netns list").text.find("ours") != std::string::npos);
  std::string inode = "net:[" + std::to_string(identify(fd.get()).inode) + "]\n";
  CHECK(shell("ip netns exec ours readlink /proc/self/ns/net").text == inode);
  CHECK(shell("nsenter --net=/run/netns/ours readlink /proc/self/ns/net").text == inode);
  CHECK(lists("ours"));
  Output removed = shell("ip netns del ours");
  CHECK(removed.status == 0);
  CHECK(removed.text.empty());
  CHECK_FALSE(exists("ours"));
}

TEST_CASE("a name that ip netns made is listed, opened and removed") {
  REQUIRE(shell("ip netns add theirs").status == 0);
  CHECK(lists("theirs"));
  CHECK(identify(openNamespaceByName("theirs").get()).inode != identify(currentNamespace().get()).inode);
  NamedNamespace::remove("theirs");
  CHECK_FALSE(exists("theirs"));
  CHECK(shell("ip netns list").text.find("theirs") == std::string::npos);
}

TEST_CASE("a taken name is EEXIST and stays what it was") {
  UniqueFd first = makeNamespace(), second = makeNamespace();
  NamedNamespace::publish(first.get(), "taken");
  Cleanup cleanup("ip netns del taken; rm -f /run/netns/plain /run/netns/dangling");
  SystemError error = errorOf([&] { NamedNamespace::publish(second.get(), "taken"); });
  CHECK(error.error() == EEXIST);
  CHECK(error.operation() == "namespace.create");
  CHECK(error.target() == "taken");
  CHECK(identify(openNamespaceByName("taken").get()) == identify(first.get()));
  REQUIRE(shell("cd /run/netns && echo kept > plain && ln -s /run/elsewhere dangling").status == 0);
  CHECK(errorOf([&] { NamedNamespace::publish(second.get(), "plain"); }).error() == EEXIST);
  CHECK(errorOf([&] { NamedNamespace::publish(second.get(), "dangling"); }).error() == EEXIST);
  CHECK(shell("cat /run/netns/plain").text == "kept\n");
  CHECK(::access("/run/elsewhere", F_OK) != 0);
}

TEST_CASE("a publish that fails leaves no file behind") {
  UniqueFd fd = makeNamespace();
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  NamedNamespace::publish(fd.get(), "prepares");
  NamedNamespace::remove("prepares");
  CHECK(errorOf([&] { NamedNamespace::publish(null.get(), "half"); }).error() == EINVAL);
  CHECK_FALSE(exists("half"));
  SystemError error = onThread([&] {
    dropCapability(CAP_SYS_ADMIN);
    return errorOf([&] { NamedNamespace::publish(fd.get(), "half"); });
  });
  CHECK(error.error() == EPERM);
  CHECK(error.explanation() == "needs CAP_SYS_ADMIN");
  CHECK_FALSE(exists("half"));
}

TEST_CASE("removing touches nothing but a network namespace") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "pointed");
  Cleanup cleanup("cd /run/netns && umount uts; rm -rf link fifo file directory uts; ip netns del pointed");
  REQUIRE(shell("cd /run/netns && ln -s pointed link && mkfifo fifo && echo kept > file && mkdir directory "
                "&& touch uts && "
                "mount --bind /proc/self/ns/uts uts")
              .status == 0);
  for (const char* name : {"link", "fifo", "file", "directory", "uts"}) {
    CAPTURE(name);
    SystemError error = errorOf([&] { NamedNamespace::remove(name); });
    CHECK(error.error() == EINVAL);
    CHECK(error.explanation().starts_with("not a network namespace"));
    CHECK(exists(name));
    CHECK_FALSE(lists(name));
  }
  CHECK(lists("pointed"));
  CHECK(shell("cat /run/netns/file").text == "kept\n");
  CHECK(errorOf([] { NamedNamespace::remove("absent"); }).error() == ENOENT);
}

TEST_CASE("removing a name leaves the namespace to whoever holds it") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "held");
  UniqueFd held = openNamespaceByName("held");
  NamedNamespace::remove("held");
  CHECK_FALSE(exists("held"));
  CHECK(identify(held.get()) == identify(fd.get()));
  NamedNamespace::publish(held.get(), "held");  // the name is free again
  NamedNamespace::remove("held");
}

TEST_CASE("the list is sorted and empty where there is no directory") {
  UniqueFd fd = makeNamespace();
  NamedNamespace::publish(fd.get(), "b");
  NamedNamespace::publish(fd.get(), "a");
  CHECK(NamedNamespace::list() == std::vector<std::string>{"a", "b"});
  NamedNamespace::remove("a");
  NamedNamespace::remove("b");
  REQUIRE(shell("umount -l /run/netns && rmdir /run/netns").status == 0);
  CHECK(NamedNamespace::list().empty());
  NamedNamespace::publish(fd.get(), "a");  // finds the directory gone and prepares it again
  CHECK(shell("ip netns del a").status == 0);
}
