// publish, remove and list as `ip netns` has them, minus its traps: it follows a symlink in /run/netns when
// it deletes, and waits for ever on a FIFO.
#include "os/named_namespace.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include "base/system_error.h"
#include "base/unique_fd.h"
#include "os/namespace_directory.h"
#include "os/namespace_file.h"

namespace netplumb {

namespace {

constexpr const char* kCreate = "namespace.create";
constexpr const char* kRemove = "namespace.remove";
constexpr const char* kList = "namespace.list";
constexpr size_t kNameLimit = 255;  // NAME_MAX

bool isWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool isNameCharacter(char c) {
  return isWordCharacter(c) || std::string_view(".:@+-").find(c) != std::string_view::npos;
}

[[noreturn]] void refuseName(const char* reason) {
  throw std::invalid_argument(std::string("namespace name: ") + reason);
}

// The mount point must be ours alone, so O_EXCL: whatever stood there is left as it was.
UniqueFd createMountPoint(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0));
}

}  // namespace

void validateNamespaceName(std::string_view name) {
  if (name.empty()) refuseName("is empty");
  if (name.size() > kNameLimit) refuseName("is longer than 255 bytes");
  if (!isWordCharacter(name.front())) refuseName("must begin with a letter, a digit or _");
  if (!std::all_of(name.begin(), name.end(), isNameCharacter))
    refuseName("may hold letters, digits and _ . : @ + - only");
  if (name.find("..") != std::string_view::npos) refuseName("must not hold '..'");
}

std::string namespacePath(std::string_view name) {
  validateNamespaceName(name);
  return std::string(kNamespaceDirectory) + "/" + std::string(name);
}

void NamedNamespace::publish(int netnsFd, std::string_view name) {
  std::string path = namespacePath(name), target(name);
  requireNetworkNamespace(netnsFd, kCreate, target);
  prepareNamespaceDirectory();
  UniqueFd mountPoint = createMountPoint(path);
  if (!mountPoint && errno == ENOENT) {
    forgetNamespaceDirectory();
    prepareNamespaceDirectory();
    mountPoint = createMountPoint(path);
  }
  if (!mountPoint) fail(errno, kCreate, target);
  std::string source = "/proc/thread-self/fd/" + std::to_string(netnsFd);
  if (::mount(source.c_str(), path.c_str(), "none", MS_BIND, nullptr) == 0) return;
  int reason = errno;
  ::unlink(path.c_str());
  fail(reason, kCreate, target, reason == EPERM ? "needs CAP_SYS_ADMIN" : "");
}

void NamedNamespace::remove(std::string_view name) {
  std::string path = namespacePath(name), target(name);
  openNamespaceFile(AT_FDCWD, path.c_str(), O_NOFOLLOW, kRemove, target);
  if (::umount2(path.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH) != 0)
    fail(errno, kRemove, target, errno == EPERM ? "needs CAP_SYS_ADMIN" : "");
  if (::unlink(path.c_str()) == 0) return;
  fail(errno, kRemove, target,
       errno == EBUSY ? "another mount still stands on the name, below the one just removed" : "");
}

std::vector<std::string> NamedNamespace::list() {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(kNamespaceDirectory), ::closedir);
  if (!directory && errno == ENOENT) return names;
  if (!directory) fail(errno, kList, kNamespaceDirectory);
  while (true) {
    errno = 0;
    dirent* entry = ::readdir(directory.get());
    if (!entry && errno != 0) fail(errno, kList, kNamespaceDirectory);
    if (!entry) break;
    if (probeNamespaceFile(::dirfd(directory.get()), entry->d_name)) names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace netplumb
