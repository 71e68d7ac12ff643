// Owns one file descriptor and closes it. Every descriptor below napi/ is put in one on the line that creates
// it. Knows nothing of what the descriptor is; whoever creates it sets O_CLOEXEC.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace netplumb {

class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

  /// Closes what is owned, then owns `fd`. Keeps errno, so that it may run between a failure and its report.
  void reset(int fd = -1) noexcept {
    int owned = std::exchange(fd_, fd);
    if (owned < 0) return;
    int saved = errno;
    ::close(owned);  // never retried: Linux frees the number even when it reports EINTR
    errno = saved;
  }

 private:
  int fd_ = -1;
};

}  // namespace netplumb
