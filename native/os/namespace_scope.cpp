// The two scopes that move the calling thread between namespaces, and what happens when the way back is
// barred. setns and unshare change one thread only; everything else in the process stays where it is.
#include <sched.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/system_error.h"
#include "os/network_namespace.h"

namespace netplumb {

namespace {

thread_local bool lostThread = false;

const char* whyRefused(int errnum) { return errnum == EPERM ? "needs CAP_SYS_ADMIN" : ""; }

void returnHome(const UniqueFd& home, OnLost onLost) noexcept {
  if (!home || ::setns(home.get(), CLONE_NEWNET) == 0) return;
  if (onLost == OnLost::Abort) {
    std::fprintf(stderr, "netplumb: cannot return to the network namespace this thread came from: %s\n",
                 errnoName(errno));
    std::abort();
  }
  lostThread = true;
}

}  // namespace

bool EnterNamespace::threadIsLost() noexcept { return lostThread; }

EnterNamespace::EnterNamespace(int fd, OnLost onLost) : home_(currentNamespace()), onLost_(onLost) {
  // Nothing to do there already, and then no capability is needed either.
  if (identify(fd) == identify(home_.get())) {
    home_.reset();
    return;
  }
  if (::setns(fd, CLONE_NEWNET) != 0)
    fail(errno, "namespace.enter", "fd " + std::to_string(fd), whyRefused(errno));
}

EnterNamespace::~EnterNamespace() { returnHome(home_, onLost_); }

FreshNamespace::FreshNamespace(OnLost onLost) : home_(currentNamespace()), onLost_(onLost) {
  if (::unshare(CLONE_NEWNET) != 0) fail(errno, "namespace.create", {}, whyRefused(errno));
  try {
    fd_ = currentNamespace();
  } catch (...) {
    returnHome(home_, onLost_);  // a constructor that throws runs no destructor
    throw;
  }
}

FreshNamespace::~FreshNamespace() { returnHome(home_, onLost_); }

}  // namespace netplumb
