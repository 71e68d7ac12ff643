#include "os/uninherited.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace netplumb {

UninheritedScope::UninheritedScope() {
  struct Close {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(::opendir("/proc/self/fd"));  // O_CLOEXEC by itself
  if (!directory) return;                                                   // without /proc nothing is known
  while (const dirent* entry = ::readdir(directory.get())) {
    const int fd = std::atoi(entry->d_name);
    if (fd <= STDERR_FILENO) continue;
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0) continue;
    if (::fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0) changed_.push_back(fd);
  }
}

UninheritedScope::~UninheritedScope() {
  for (const int fd : changed_) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0) ::fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
  }
}

}  // namespace netplumb
