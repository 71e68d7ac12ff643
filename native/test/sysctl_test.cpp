// Sysctl names, and values per thread's namespace. Nothing is written outside namespaces made here.
#include "os/sysctl.h"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <sys/mount.h>

#include <stdexcept>

#include "os/network_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

const std::string kForward = "/proc/sys/net/ipv4/ip_forward";

}  // namespace

TEST_CASE("a sysctl name becomes its path in either notation") {
  CHECK(sysctlPath("net.ipv4.ip_forward") == kForward);
  CHECK(sysctlPath("net/ipv4/ip_forward") == kForward);
  CHECK(sysctlPath("net/ipv4/conf/eth0.100/forwarding") == "/proc/sys/net/ipv4/conf/eth0.100/forwarding");
  CHECK(sysctlPath("net.ipv4.conf.eth0/100.forwarding") == "/proc/sys/net/ipv4/conf/eth0.100/forwarding");
  const std::string bad[] = {
      "",        "net",         "net.",         ".net.ipv4",       "net..ipv4",   "net/../kernel/x",
      "net/./x", "/net/ipv4",   "kernel.panic", "netx.ipv4",       "net/ipv4/",   "net.ipv4./../x",
      "net/a b", "net.ipv4.\n", "net/a\"b",     "/proc/sys/net/x", "net.ipv4.a*", std::string("net/a\0b", 7),
      "net.//.x"};
  for (const std::string& name : bad) {
    CAPTURE(name);
    CHECK_THROWS_AS(sysctlPath(name), std::invalid_argument);
  }
  CHECK_THROWS_AS(readSysctl("/proc/sys/kernel/ostype"), std::invalid_argument);
  CHECK_THROWS_AS(writeSysctl("/etc/passwd", "1"), std::invalid_argument);
}

TEST_CASE("net.* belongs to the calling thread's namespace, though the process is elsewhere") {
  std::string machine = readSysctl(kForward);
  UniqueFd there = makeNamespace();
  onThread([&] {
    EnterNamespace scope(there.get());
    CHECK(readSysctl(kForward) == machine);  // a new namespace inherits it
    for (const char* value : {"0", "1", "0"}) {
      writeSysctl(kForward, value);
      CHECK(readSysctl(kForward) == value);
      CHECK(readSysctl("/proc/sys/net/ipv4/conf/lo/forwarding") == value);
    }
    writeSysctl(kForward, machine == "1" ? "0" : "1");
  });
  CHECK(readSysctl(kForward) == machine);
}

TEST_CASE("an interface with a dot in its name has its settings") {
  onThread([] {
    FreshNamespace scope;
    REQUIRE(shell("ip link add br.100 type bridge").status == 0);
    std::string path = sysctlPath("net/ipv4/conf/br.100/proxy_arp");
    writeSysctl(path, "1");
    CHECK(readSysctl(path) == "1");
    CHECK(errorOf([] { readSysctl("/proc/sys/net/ipv4/conf/br.101/proxy_arp"); }).target() ==
          "net/ipv4/conf/br.101/proxy_arp");
  });
}

TEST_CASE("values of several words, long values and empty values pass whole") {
  onThread([] {
    FreshNamespace scope;
    std::string ports = sysctlPath("net.ipv4.ip_local_reserved_ports");
    std::string many;
    for (int port = 10000; port < 11200; port += 2) many += (many.empty() ? "" : ",") + std::to_string(port);
    writeSysctl(ports, many);
    CHECK(readSysctl(ports) == many);
    // The kernel takes a page at a time.
    CHECK(errorOf([&] { writeSysctl(ports, many + "," + std::string(4096, '9')); }).error() == EINVAL);
    writeSysctl(ports, "");
    CHECK(readSysctl(ports).empty());
    writeSysctl(sysctlPath("net.ipv4.ip_local_port_range"), "20000 30000");
    CHECK(readSysctl(sysctlPath("net.ipv4.ip_local_port_range")) == "20000\t30000");
  });
}

TEST_CASE("a value the kernel takes only in part, or not at all, is an error that names the sysctl") {
  onThread([] {
    FreshNamespace scope;
    writeSysctl(kForward, "0");
    SystemError nonsense = errorOf([] { writeSysctl(kForward, "yes"); });
    CHECK(nonsense.error() == EINVAL);
    CHECK(nonsense.operation() == "sysctl.set");
    CHECK(nonsense.target() == "net.ipv4.ip_forward");
    SystemError partial = errorOf([] { writeSysctl(kForward, "1 2"); });
    CHECK(partial.error() == EINVAL);
    CHECK(partial.explanation().starts_with("the kernel took only the first "));
    CHECK_THROWS_AS(writeSysctl(kForward, "1\n0"), std::invalid_argument);
    CHECK_THROWS_AS(writeSysctl(kForward, std::string_view("1\0", 2)), std::invalid_argument);
  });
}

TEST_CASE("a missing sysctl, a read-only /proc/sys and a missing capability explain themselves") {
  SystemError missing = errorOf([] { readSysctl(sysctlPath("net.ipv4.no_such_thing")); });
  CHECK(missing.error() == ENOENT);
  CHECK(missing.operation() == "sysctl.get");
  CHECK(missing.explanation().find("no such setting") != std::string::npos);
  onThread([] {
    FreshNamespace scope;
    REQUIRE(::mount("/proc/sys", "/proc/sys", nullptr, MS_BIND, nullptr) == 0);
    Cleanup cleanup("umount /proc/sys");
    REQUIRE(::mount(nullptr, "/proc/sys", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0);
    SystemError readOnly = errorOf([] { writeSysctl(kForward, "1"); });
    CHECK(readOnly.error() == EROFS);
    CHECK(readOnly.explanation().starts_with("/proc/sys is mounted read-only"));
    CHECK_NOTHROW(readSysctl(kForward));
  });
}
