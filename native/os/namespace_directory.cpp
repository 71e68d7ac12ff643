// The preparation of /run/netns, step by step as in iproute2's netns_add. Without it, names made now become
// impossible to remove once `ip netns` makes the directory a mount point over them; made twice at once, the
// mounts multiply, hence the lock on the directory, which newer iproute2 takes as well.
#include "os/namespace_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>

#include "base/system_error.h"
#include "base/unique_fd.h"

namespace netplumb {

namespace {

constexpr const char* kPrepare = "namespace.prepare";
constexpr int kLockAttempts = 500;
constexpr timespec kLockPause{0, 10'000'000};

enum class State { Unknown, Prepared, Slave };
std::atomic<State> state{
    State::Unknown};  // of the process' mount namespace, so of the process, not of an environment

void lockDirectory(int fd) {
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK && errno != EINTR) fail(errno, kPrepare, kNamespaceDirectory);
    ::nanosleep(&kLockPause, nullptr);
  }
  fail(ETIMEDOUT, kPrepare, kNamespaceDirectory,
       "another process has kept the directory locked for 5 seconds");
}

void mountOrFail(const char* source, unsigned long flags) {
  if (::mount(source, kNamespaceDirectory, "none", flags, nullptr) == 0) return;
  fail(errno, kPrepare, kNamespaceDirectory, errno == EPERM ? "needs CAP_SYS_ADMIN" : "");
}

void makeSharedMount() {
  if (::mkdir(kNamespaceDirectory, 0755) != 0 && errno != EEXIST) fail(errno, kPrepare, kNamespaceDirectory);
  UniqueFd directory(::open(kNamespaceDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) fail(errno, kPrepare, kNamespaceDirectory);
  lockDirectory(directory.get());
  if (::mount("", kNamespaceDirectory, "none", MS_SHARED | MS_REC, nullptr) == 0) return;
  // EINVAL: not a mount point yet.
  if (errno == EINVAL) mountOrFail(kNamespaceDirectory, MS_BIND | MS_REC);
  mountOrFail("", MS_SHARED | MS_REC);
}

// Kernels before 5.8 do not tell the id; there nothing is refused.
State inspect() {
  struct statx st {};
  int found = ::statx(AT_FDCWD, kNamespaceDirectory, 0, STATX_MNT_ID, &st);
  if (found != 0 || (st.stx_mask & STATX_MNT_ID) == 0) return State::Prepared;
  std::ifstream file("/proc/thread-self/mountinfo");
  std::ostringstream text;
  text << file.rdbuf();
  return isPropagationSlave(text.str(), st.stx_mnt_id, kNamespaceDirectory) ? State::Slave : State::Prepared;
}

}  // namespace

// Fields: ID parent major:minor root mountpoint options [shared:N] [master:N] … - type source options
bool isPropagationSlave(std::string_view mountinfo, uint64_t mountId, std::string_view mountPoint) {
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string skipped, point, options, field;
    uint64_t id = 0;
    fields >> id >> skipped >> skipped >> skipped >> point >> options;
    if (id != mountId || point != mountPoint) continue;
    bool master = false, shared = false;
    while (fields >> field && field != "-") {
      master |= field.starts_with("master:");
      shared |= field.starts_with("shared:");
    }
    return master && !shared;
  }
  return false;
}

void prepareNamespaceDirectory() {
  State known = state.load(std::memory_order_acquire);
  if (known == State::Prepared) return;
  // Looked at before it is touched: sharing a slave makes it look healthy and changes nothing.
  if (known == State::Unknown) known = inspect();
  if (known == State::Slave) {
    state.store(known, std::memory_order_release);
    fail(
        EINVAL, kPrepare, kNamespaceDirectory,
        "inside `ip netns exec` a name would be visible to nobody else; enter with `nsenter --net=` instead");
  }
  makeSharedMount();
  state.store(State::Prepared, std::memory_order_release);
}

void forgetNamespaceDirectory() noexcept { state.store(State::Unknown, std::memory_order_release); }

}  // namespace netplumb
