// A lock between processes that has no content: flock on an empty file. It never waits; whoever wants to
// wait, asks again. Fair to both sides: who waits for the exclusive lock keeps others from taking it shared,
// and who held it lets those in who waited meanwhile. Knows neither who locks what nor why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace netplumb {

class FileLock {
 public:
  enum class Mode { Shared, Exclusive };

  /// Locks `path` (file made 0600, its directory 0700 where missing), or returns nullopt while somebody
  /// else's lock forbids it. Held until destroyed, and dropped by the kernel if the process dies. SystemError
  /// EINVAL when a symlink or anything but a file stands there.
  static std::optional<FileLock> tryAcquire(const std::string& path, Mode mode);

  /// Says that somebody waits for a lock. Until the result is gone no shared one is given, where it is the
  /// exclusive one that is waited for: its turn comes when those who have it are done. Nullopt where another
  /// waiter has said so already. Who waits for a shared one gets a turn by giveTurn().
  static std::optional<FileLock> announce(const std::string& path, Mode mode);

  /// Gives an exclusive lock back to those who have announced that they wait for a shared one: until this is
  /// destroyed nobody takes it exclusively, and shared ones are given whoever else waits. False where nobody
  /// waits, and then the lock is still held.
  bool giveTurn();

  /// Whether somebody has announced that he waits for a shared lock.
  bool isAwaited() const;

  FileLock(FileLock&&) noexcept = default;
  FileLock& operator=(FileLock&&) noexcept = default;

  /// Time stamps of the file, in nanoseconds.
  struct Stamps {
    int64_t former, present;
  };

  /// Stamps the file anew, and says what stood there: whoever held the lock alone last and did this is known
  /// by its stamp. Exclusive locks only (std::logic_error).
  Stamps stamp();

  /// Removes the file. Exclusive locks only (std::logic_error): another holder would go on holding a lock
  /// nobody sees. Whoever opened it before and locks it after notices that it is no longer linked, and starts
  /// over.
  void unlinkWhileHeld();

 private:
  FileLock(UniqueFd fd, std::string path, Mode mode);
  UniqueFd fd_;
  std::string path_;
  Mode mode_;
};

}  // namespace netplumb
