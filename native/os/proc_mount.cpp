// Mounts that are never attached to a directory (fsopen(2), fsmount(2)): they end with their descriptor.
#include "os/proc_mount.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mutex>
#include <utility>

namespace netplumb {

namespace {

UniqueFd mountProc() noexcept {
  const UniqueFd context(static_cast<int>(::syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC)));
  if (!context) return {};
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return {};
  constexpr unsigned kAttributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  return UniqueFd(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, kAttributes)));
}

// What an administrator made read-only, or covered, stays so.
bool commonIsAsUsual(const char* path) noexcept {
  struct statfs common {};
  return ::statfs(path, &common) == 0 && common.f_type == PROC_SUPER_MAGIC &&
         (static_cast<unsigned long>(common.f_flags) & ST_RDONLY) == 0;
}

struct Mount {
  std::mutex mutex;
  std::shared_ptr<const UniqueFd> directory;
  unsigned looks = 0;
};

Mount& ours() {
  static auto& mount = *new Mount;  // threads may outlive what is static
  return mount;
}

}  // namespace

std::shared_ptr<const UniqueFd> ownProcMount(const char* path) {
  if (!commonIsAsUsual(path)) return nullptr;
  std::shared_ptr<const UniqueFd> old;  // given up after the lock: that takes longer than all the rest
  Mount& mount = ours();
  const std::lock_guard lock(mount.mutex);
  if (mount.looks++ % kLooksPerProcMount == 0) {
    UniqueFd made = mountProc();
    old = std::exchange(mount.directory, made ? std::make_shared<const UniqueFd>(std::move(made)) : nullptr);
  }
  return mount.directory;
}

}  // namespace netplumb
