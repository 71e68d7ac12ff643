// The checks every namespace passes before setns, mount or umount see it: on nsfs, and of type CLONE_NEWNET.
// Knows nothing of /run/netns.
#include "os/namespace_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>

#include "base/system_error.h"

namespace netplumb {

namespace {

bool isOnNsfs(int fd) noexcept {
  struct statfs fs {};
  return ::fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC;
}

std::string notANamespace(int fd) {
  std::string text = "not a network namespace";
  struct stat st {};
  if (::fstat(fd, &st) != 0) return text;
  if (isOnNsfs(fd)) return text + " but another kind of namespace";
  if (S_ISLNK(st.st_mode)) return text + " but a symbolic link";
  if (S_ISFIFO(st.st_mode)) return text + " but a FIFO";
  if (S_ISDIR(st.st_mode)) return text + " but a directory";
  if (S_ISREG(st.st_mode)) return text + " but an ordinary file";
  return text;
}

UniqueFd openPath(int directoryFd, const char* path, int flags) noexcept {
  return UniqueFd(::openat(directoryFd, path, O_PATH | O_CLOEXEC | flags));
}

// An O_PATH descriptor takes no ioctl. Its link in /proc leads to the very file that was checked, whatever
// has happened to its name since.
UniqueFd reopen(int pathFd) {
  std::string link = "/proc/thread-self/fd/" + std::to_string(pathFd);
  return UniqueFd(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

void requireNetworkNamespace(int fd, const std::string& operation, const std::string& target) {
  struct statfs fs {};
  if (::fstatfs(fd, &fs) != 0) fail(errno, operation, target);
  if (fs.f_type != NSFS_MAGIC) fail(EINVAL, operation, target, notANamespace(fd));
  int type = ::ioctl(fd, NS_GET_NSTYPE);
  if (type < 0) fail(errno, operation, target);
  if (type != CLONE_NEWNET) fail(EINVAL, operation, target, notANamespace(fd));
}

UniqueFd openNamespaceFile(int directoryFd, const char* path, int flags, const std::string& operation,
                           const std::string& target) {
  UniqueFd found = openPath(directoryFd, path, flags);
  if (!found) fail(errno, operation, target);
  if (!isOnNsfs(found.get())) fail(EINVAL, operation, target, notANamespace(found.get()));
  UniqueFd opened = reopen(found.get());
  if (!opened) fail(errno, operation, target);
  requireNetworkNamespace(opened.get(), operation, target);
  return opened;
}

UniqueFd probeNamespaceFile(int directoryFd, const char* path) noexcept {
  UniqueFd found = openPath(directoryFd, path, O_NOFOLLOW);
  if (!found || !isOnNsfs(found.get())) return {};
  UniqueFd opened = reopen(found.get());
  if (!opened || ::ioctl(opened.get(), NS_GET_NSTYPE) != CLONE_NEWNET) return {};
  return opened;
}

}  // namespace netplumb
