// flock(2) that never waits and that no signal interrupts: even without waiting the kernel may say EINTR.
#pragma once

#include <sys/file.h>

#include <cerrno>

namespace netplumb {

/// False with errno EWOULDBLOCK while another open file's lock forbids it.
inline bool flockNow(int fd, int operation) {
  int result;
  do result = ::flock(fd, operation | LOCK_NB);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

}  // namespace netplumb
