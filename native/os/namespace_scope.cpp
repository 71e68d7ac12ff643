// The two scopes that move the calling thread between namespaces, and what happens when the way back is
// barred. setns and unshare change one thread only; everything else in the process stays where it is.
#include <sched.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/system_error.h"
#include "os/network_namespace.h"

namespace netplumb {

namespace {

thread_local bool lostThread = false;

const char* whyRefused(int errnum) { return errnum == EPERM ? "needs CAP_SYS_ADMIN" : ""; }

struct Home {
  Home(UniqueFd here, NamespaceIdentity which) : fd(std::move(here)), identity(which) {}
  UniqueFd fd;
  NamespaceIdentity identity;
};

// One descriptor for all threads that are at home in the same namespace, as long as there are any.
std::shared_ptr<const Home> findHome() {
  static auto& mutex = *new std::mutex;  // threads may outlive what is static
  static auto& known = *new std::vector<std::weak_ptr<const Home>>;
  UniqueFd here = currentNamespace();
  const auto identity = identify(here.get());
  const std::lock_guard lock(mutex);
  std::erase_if(known, [](const auto& one) { return one.expired(); });
  for (const auto& one : known)
    if (auto home = one.lock(); home && home->identity == identity) return home;
  auto made = std::make_shared<const Home>(std::move(here), identity);
  known.push_back(made);
  return made;
}

// Of a thread that nobody else moves.
thread_local std::shared_ptr<const Home> ownHome;
// How many scopes it is away from there.
thread_local int scopes = 0;

}  // namespace

bool EnterNamespace::threadIsAway() noexcept { return scopes > 0; }
bool EnterNamespace::threadIsLost() noexcept { return lostThread; }

WayBack::WayBack(OnLost onLost) : onLost_(onLost) {
  if (onLost == OnLost::MarkThread && scopes == 0) {
    if (!ownHome) ownHome = findHome();
    home_ = ownHome->fd.get();
  } else {
    found_ = currentNamespace();
    home_ = found_.get();
  }
}

bool WayBack::leadsTo(int fd) const { return identify(fd) == (found_ ? identify(home_) : ownHome->identity); }

void WayBack::go() noexcept {
  if (::setns(home_, CLONE_NEWNET) == 0) return;
  if (onLost_ == OnLost::Abort) {
    std::fprintf(stderr, "netplumb: cannot return to the network namespace this thread came from: %s\n",
                 errnoName(errno));
    std::abort();
  }
  lostThread = true;
}

EnterNamespace::EnterNamespace(int fd, OnLost onLost) : back_(onLost) {
  // Nothing to do there already, and then no capability is needed either.
  if (back_->leadsTo(fd)) {
    back_.reset();
    return;
  }
  if (::setns(fd, CLONE_NEWNET) != 0)
    fail(errno, "namespace.enter", "fd " + std::to_string(fd), whyRefused(errno));
  scopes++;
}

EnterNamespace::~EnterNamespace() {
  if (!back_) return;
  scopes--;
  back_->go();
}

FreshNamespace::FreshNamespace(OnLost onLost) : back_(onLost) {
  if (::unshare(CLONE_NEWNET) != 0) fail(errno, "namespace.create", {}, whyRefused(errno));
  scopes++;
}

UniqueFd FreshNamespace::keep(int socket) {
  auto fd = namespaceOfSocket(socket);
  return fd ? std::move(fd) : currentNamespace();
}

FreshNamespace::~FreshNamespace() {
  scopes--;
  back_.go();
}

}  // namespace netplumb
