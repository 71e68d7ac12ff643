// reserve, publish, remove and list as `ip netns` has them, minus its traps: it follows a symlink in
// /run/netns when it deletes, and waits for ever on a FIFO.
#include "os/named_namespace.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <stdexcept>

#include "base/system_error.h"
#include "base/unique_fd.h"
#include "os/flock_now.h"
#include "os/namespace_directory.h"
#include "os/namespace_file.h"
#include "os/removal_notice.h"

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

// `ip netns add` makes its mount points with mode 0. Sticky on a file means nothing to Linux, and umask
// leaves it alone.
constexpr mode_t kMark = S_ISVTX;

bool isMarked(const struct stat& st) {
  return st.st_mode == (S_IFREG | kMark) && st.st_uid == ::geteuid() && st.st_size == 0;
}

bool lockNow(int fd) { return flockNow(fd, LOCK_EX); }

// Whether the file is still the one that has the name.
bool leadsTo(const std::string& path, int fd) {
  struct stat named {
  }, opened{};
  return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino &&
         named.st_dev == opened.st_dev;
}

// The marked file of that name, locked, if nobody alive has it. Anything else is not even opened.
UniqueFd lockAbandoned(const std::string& path) {
  struct stat st {};
  if (::lstat(path.c_str(), &st) != 0 || !isMarked(st)) return {};
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file || ::fstat(file.get(), &st) != 0 || !isMarked(st) || !lockNow(file.get()) ||
      !leadsTo(path, file.get()))
    return {};
  return file;
}

// What the unmounting of a remover that was killed left, locked and marked. Whoever makes a name later finds
// it taken until then, so it is still the same file.
UniqueFd lockUnmounted(const std::string& path, std::string_view name) {
  const auto notice = RemovalNotice::takeOver(name);
  struct stat st {};
  if (!notice || ::lstat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != 0) return {};
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct statfs fs {};
  if (!file || ::fstatfs(file.get(), &fs) != 0 || fs.f_type == NSFS_MAGIC) return {};
  if (!lockNow(file.get()) || !leadsTo(path, file.get()) || ::fchmod(file.get(), kMark) != 0) return {};
  return file;
}

// The mount point must be ours alone, so O_EXCL: whatever stood there is left as it was, unless it was
// abandoned. Errno is in place when nothing is returned.
UniqueFd takeMountPoint(const std::string& path, std::string_view name) {
  UniqueFd made(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMark));
  if (!made && errno != EEXIST) return {};
  // Between the two calls somebody may have found it without a lock: then it is theirs.
  if (made && lockNow(made.get()) && leadsTo(path, made.get())) return made;
  UniqueFd file = lockAbandoned(path);
  if (!file) file = lockUnmounted(path, name);
  if (!file) errno = EEXIST;
  return file;
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

NameReservation::NameReservation(std::string_view name) : name_(name), path_(namespacePath(name)) {
  prepareNamespaceDirectory();
  file_ = takeMountPoint(path_, name_);
  if (!file_ && errno == ENOENT) {
    forgetNamespaceDirectory();
    prepareNamespaceDirectory();
    file_ = takeMountPoint(path_, name_);
  }
  if (!file_) fail(errno, kCreate, name_);
}

NameReservation::~NameReservation() {
  if (file_ && leadsTo(path_, file_.get())) ::unlink(path_.c_str());
}

void NameReservation::mount(int netnsFd) {
  std::string source = "/proc/thread-self/fd/" + std::to_string(netnsFd);
  if (::mount(source.c_str(), path_.c_str(), "none", MS_BIND, nullptr) != 0)
    fail(errno, kCreate, name_, errno == EPERM ? "needs CAP_SYS_ADMIN" : "");
  // No longer abandoned when its owner goes. In a mount namespace that does not see the mount it would look
  // so.
  ::fchmod(file_.get(), 0);
  file_.reset();
}

void NamedNamespace::publish(int netnsFd, std::string_view name) {
  namespacePath(name);
  requireNetworkNamespace(netnsFd, kCreate, std::string(name));
  NameReservation(name).mount(netnsFd);
}

void NamedNamespace::remove(std::string_view name) {
  const std::string path = namespacePath(name);
  const UniqueFd opened = openNamespaceFile(AT_FDCWD, path.c_str(), O_NOFOLLOW, kRemove, std::string(name));
  remove(name, opened.get());
}

void NamedNamespace::remove(std::string_view name, int netnsFd) {
  std::string path = namespacePath(name), target(name);
  if (!leadsTo(path, netnsFd)) fail(ENOENT, kRemove, target, "it leads elsewhere by now");
  auto notice = RemovalNotice::put(name);
  if (::umount2(path.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH) != 0)
    fail(errno, kRemove, target, errno == EPERM ? "needs CAP_SYS_ADMIN" : "");
  if (::unlink(path.c_str()) == 0) return;
  const int error = errno;
  if (notice && error != EBUSY)
    notice->leave();  // what is left is an ordinary file, for the next to take over
  fail(error, kRemove, target,
       error == EBUSY ? "another mount still stands on the name, below the one just removed" : "");
}

// What stands in the directory.
static std::vector<std::string> entries(const std::function<bool(int directory, const char* name)>& wanted) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(kNamespaceDirectory), ::closedir);
  if (!directory && errno == ENOENT) return names;
  if (!directory) fail(errno, kList, kNamespaceDirectory);
  while (true) {
    errno = 0;
    dirent* entry = ::readdir(directory.get());
    if (!entry && errno != 0) fail(errno, kList, kNamespaceDirectory);
    if (!entry) break;
    if (wanted(::dirfd(directory.get()), entry->d_name)) names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> NamedNamespace::removeAbandoned() {
  auto names = entries([](int, const char* name) {
    const std::string path = std::string(kNamespaceDirectory) + "/" + name;
    const UniqueFd file = lockAbandoned(path);
    return file && ::unlink(path.c_str()) == 0;
  });
  for (const std::string& name : RemovalNotice::names()) {
    const std::string path = std::string(kNamespaceDirectory) + "/" + name;
    const UniqueFd file = lockUnmounted(path, name);
    if (file && ::unlink(path.c_str()) == 0) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> NamedNamespace::list() {
  return entries(
      [](int directory, const char* name) { return static_cast<bool>(probeNamespaceFile(directory, name)); });
}

}  // namespace netplumb
