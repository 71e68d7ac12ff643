// flock belongs to the open file, not to the process: two locks in one process exclude each other too, and
// the kernel drops it when the last descriptor goes. Hence O_CLOEXEC, or a child would keep it.
#include "os/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <stdexcept>

#include "base/system_error.h"
#include "os/flock_now.h"

namespace netplumb {

namespace {

constexpr const char* kLock = "lock.acquire";
constexpr int kReopenLimit =
    64;  // each round means that somebody else just removed the file: rather say busy than spin

UniqueFd openDirectory(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash + 1 == path.size())
    fail(EINVAL, kLock, path, "not a path of a file");
  std::string directory = slash == 0 ? "/" : path.substr(0, slash);
  const auto open = [&] {
    return UniqueFd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  };
  UniqueFd fd = open();
  if (!fd && errno == ENOENT) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) fail(errno, kLock, directory);
    fd = open();
  }
  if (!fd)
    fail(errno == ELOOP ? ENOTDIR : errno, kLock, directory, "the lock's directory must be a directory");
  return fd;
}

// O_NONBLOCK for a FIFO that stands there: it must be refused, not waited for.
UniqueFd openFile(int directory, const std::string& path) {
  const char* name = path.c_str() + path.rfind('/') + 1;
  UniqueFd fd(::openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!fd && errno == ELOOP) fail(EINVAL, kLock, path, "a symbolic link stands there");
  if (!fd) fail(errno, kLock, path);
  return fd;
}

bool lockNow(int fd, FileLock::Mode mode, const std::string& path) {
  int operation = mode == FileLock::Mode::Shared ? LOCK_SH : LOCK_EX;
  if (flockNow(fd, operation)) return true;
  if (errno == EWOULDBLOCK) return false;
  fail(errno, kLock, path);
}

// Locks of the other kind on the same file, which exclude nobody: flock's are not seen by them, nor they by
// flock. A byte each: what its being locked says.
enum Sign : off_t { kExclusiveAwaited, kSharedAwaited, kTurnOfShared };

struct flock sign(Sign which, short type) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = which;
  range.l_len = 1;
  return range;
}

/// Whether somebody else shows it.
bool isShown(int fd, Sign which) {
  struct flock question = sign(which, F_WRLCK);
  return ::fcntl(fd, F_OFD_GETLK, &question) == 0 && question.l_type != F_UNLCK;
}

bool show(int fd, Sign which, short type) {
  struct flock shown = sign(which, type);
  return ::fcntl(fd, F_OFD_SETLK, &shown) == 0;
}

/// Whether the other side is next.
bool mustWait(int fd, FileLock::Mode mode) {
  if (mode == FileLock::Mode::Exclusive) return isShown(fd, kTurnOfShared);
  return isShown(fd, kExclusiveAwaited) && !isShown(fd, kTurnOfShared);
}

struct stat inspect(int fd, const std::string& path) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) fail(errno, kLock, path);
  return st;
}

}  // namespace

FileLock::FileLock(UniqueFd fd, std::string path, Mode mode)
    : fd_(std::move(fd)), path_(std::move(path)), mode_(mode) {}

std::optional<FileLock> FileLock::announce(const std::string& path, Mode mode) {
  UniqueFd directory = openDirectory(path);
  UniqueFd fd = openFile(directory.get(), path);
  if (!S_ISREG(inspect(fd.get(), path).st_mode)) fail(EINVAL, kLock, path, "not an ordinary file");
  const bool alone = mode == Mode::Exclusive;
  if (show(fd.get(), alone ? kExclusiveAwaited : kSharedAwaited, alone ? F_WRLCK : F_RDLCK))
    return FileLock(std::move(fd), path, Mode::Shared);
  if (errno == EAGAIN || errno == EACCES) return std::nullopt;
  fail(errno, kLock, path);
}

bool FileLock::isAwaited() const { return isShown(fd_.get(), kSharedAwaited); }

bool FileLock::giveTurn() {
  if (mode_ != Mode::Exclusive) throw std::logic_error("only who holds it alone gives a turn");
  if (!isAwaited() || !show(fd_.get(), kTurnOfShared, F_WRLCK)) return false;
  ::flock(fd_.get(), LOCK_UN);
  mode_ = Mode::Shared;
  return true;
}

std::optional<FileLock> FileLock::tryAcquire(const std::string& path, Mode mode) {
  UniqueFd directory = openDirectory(path);
  for (int round = 0; round < kReopenLimit; ++round) {
    UniqueFd fd = openFile(directory.get(), path);
    if (!S_ISREG(inspect(fd.get(), path).st_mode)) fail(EINVAL, kLock, path, "not an ordinary file");
    if (mustWait(fd.get(), mode)) return std::nullopt;
    if (!lockNow(fd.get(), mode, path)) return std::nullopt;
    // Unlinked between our open and our lock: this inode is nobody's lock any more.
    if (inspect(fd.get(), path).st_nlink > 0) return FileLock(std::move(fd), path, mode);
  }
  return std::nullopt;
}

FileLock::Stamps FileLock::stamp() {
  if (mode_ != Mode::Exclusive) throw std::logic_error("only who holds it alone stamps it");
  constexpr int64_t second = 1'000'000'000;
  const auto standing = [this] {
    const timespec time = inspect(fd_.get(), path_).st_mtim;
    return time.tv_sec * second + time.tv_nsec;
  };
  const int64_t former = standing();
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  // Later than any before, though the clock be set back.
  const int64_t next = std::max(now.tv_sec * second + now.tv_nsec, former + 1);
  const timespec times[] = {{0, UTIME_OMIT}, {next / second, next % second}};
  if (::futimens(fd_.get(), times) != 0) fail(errno, "lock.stamp", path_);
  return {former, standing()};
}

void FileLock::unlinkWhileHeld() {
  if (!fd_ || mode_ != Mode::Exclusive)
    throw std::logic_error("only an exclusive lock's file may be removed");
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) fail(errno, "lock.remove", path_);
}

}  // namespace netplumb
