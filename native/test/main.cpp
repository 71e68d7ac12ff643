// The test program. Tests need root; they get a mount namespace with an empty /run, so that what they publish
// exists for nobody else and goes with the process. A watchdog turns a hang into a failure.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

#include "base/system_error.h"
#include "os/named_namespace.h"
#include "os/network_namespace.h"
#include "sandbox.h"

namespace {

using namespace netplumb;
constexpr unsigned kWatchdogSeconds = 300;

// The copies of the machine's own names are let go, or the process would keep those namespaces alive.
bool isolate() {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("", "/", "none", MS_PRIVATE | MS_REC, nullptr) == 0 &&
         (::umount2("/run/netns", MNT_DETACH) == 0 || errno == EINVAL || errno == ENOENT) &&
         ::mount("none", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") == 0;
}

// What a test needs a process of its own for. Exit status: the errno, 0 for none.
int runChild(std::string_view what, const char* argument) {
  if (what == "publish") {
    UniqueFd fd = test::makeNamespace();
    SystemError error = test::errorOf([&] { NamedNamespace::publish(fd.get(), argument); });
    std::puts(error.what());
    return error.error();
  }
  if (what == "lose-thread") {
    FreshNamespace scope(OnLost::Abort);
    test::dropCapability(CAP_SYS_ADMIN);
    return 0;  // the scope ends before the process does
  }
  return 255;
}

}  // namespace

int main(int argc, char** argv) {
  ::alarm(kWatchdogSeconds);
  if (argc >= 3 && std::string_view(argv[1]) == "--child") return runChild(argv[2], argc > 3 ? argv[3] : "");
  if (!isolate()) {
    std::perror("the tests need root (CAP_SYS_ADMIN)");
    return 1;
  }
  doctest::Context context(argc, argv);
  return context.run();
}
