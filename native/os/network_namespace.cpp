// Ways to get hold of a namespace. Visiting one is namespace_scope.cpp's.
// Knows nothing of what is done in it.
#include "os/network_namespace.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/system_error.h"
#include "os/named_namespace.h"
#include "os/namespace_file.h"

namespace netplumb {

namespace {

constexpr const char* kOpen = "namespace.open";

// <linux/pidfd.h>, since 6.11; older headers lack it. An older kernel answers ENOTTY or EINVAL.
constexpr unsigned long kPidfdGetNetNamespace = _IO(0xFF, 4);

std::string describePid(pid_t pid) { return "pid " + std::to_string(pid); }

void requireAlive(int pidfd, pid_t pid) {
  pollfd exited{pidfd, POLLIN, 0};
  if (::poll(&exited, 1, 0) != 0) fail(ESRCH, kOpen, describePid(pid));
}

}  // namespace

NamespaceIdentity identify(int fd) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) fail(errno, "namespace.identify", "fd " + std::to_string(fd));
  return {st.st_dev, st.st_ino};
}

UniqueFd currentNamespace() {
  UniqueFd fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!fd) fail(errno, "namespace.current", {}, errno == ENOENT ? "is /proc mounted?" : "");
  return fd;
}

UniqueFd namespaceOfSocket(int socket) { return UniqueFd(::ioctl(socket, SIOCGSKNS)); }

UniqueFd openNamespaceByName(std::string_view name) {
  std::string path = namespacePath(name);
  return openNamespaceFile(AT_FDCWD, path.c_str(), O_NOFOLLOW, kOpen, std::string(name));
}

UniqueFd openNamespaceByPath(std::string_view path) {
  std::string text(path);
  if (text.find('\0') != std::string::npos) fail(EINVAL, kOpen, text.c_str(), "a path holds no NUL");
  return openNamespaceFile(AT_FDCWD, text.c_str(), 0, kOpen, text);
}

UniqueFd openNamespaceByPid(pid_t pid) {
  if (pid <= 0) fail(EINVAL, kOpen, describePid(pid), "a pid is positive");
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) fail(errno, kOpen, describePid(pid));
  UniqueFd opened(::ioctl(pidfd.get(), kPidfdGetNetNamespace, 0));
  if (opened) return opened;
  if (errno != ENOTTY && errno != EINVAL) fail(errno, kOpen, describePid(pid));
  return openNamespaceThroughProc(pidfd.get(), pid);
}

UniqueFd openNamespaceThroughProc(int pidfd, pid_t pid) {
  std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
  UniqueFd opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  int openError = errno;
  // Still alive after the open, so the number in the path meant this process all along. A process that has
  // just died leaves ENOENT or, as a zombie, EACCES behind: the pidfd says it better.
  requireAlive(pidfd, pid);
  if (!opened) fail(openError, kOpen, describePid(pid));
  return opened;
}

UniqueFd duplicateNamespace(int fd) {
  std::string target = "fd " + std::to_string(fd);
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) fail(errno, kOpen, target);
  requireNetworkNamespace(copy.get(), kOpen, target);
  return copy;
}

}  // namespace netplumb
