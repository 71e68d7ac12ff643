// What the kernel tests share: threads that may be spoilt, shell lines, children of this very program, and
// names that vanish. main.cpp has put the process in a mount namespace of its own whose /run is empty, so
// /run/netns is ours alone.
#pragma once

#include <sys/types.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "base/system_error.h"
#include "base/unique_fd.h"

namespace netplumb::test {

/// Runs it on a thread that ends with it. Whatever enters a namespace or drops a capability belongs in one.
template <typename Body>
auto onThread(Body&& body) {
  return std::async(std::launch::async, std::forward<Body>(body)).get();
}

/// The SystemError the body throws; a SystemError with error() 0 when it throws none.
template <typename Body>
SystemError errorOf(Body&& body) {
  try {
    std::forward<Body>(body)();
  } catch (const SystemError& error) {
    return error;
  }
  return SystemError(0, "nothing was thrown");
}

struct Output {
  int status;  ///< exit status, or 128 + the signal
  std::string text;
};

/// sh -c, with stderr in the text.
Output shell(const std::string& line);

/// This program again, as one of main.cpp's children.
std::string selfChild(const std::string& arguments);

/// A new namespace that nothing but the descriptor holds.
UniqueFd makeNamespace();

/// Takes the capability from the calling thread only.
void dropCapability(int capability);

/// A forked process that waits in a namespace of its own, until the end of the scope.
class WaitingChild {
 public:
  WaitingChild();
  ~WaitingChild();
  pid_t pid() const { return pid_; }
  void kill();
  void reap();

 private:
  pid_t pid_;
};

/// A directory that is removed with all in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Runs the shell lines at the end of the scope, whatever happened.
class Cleanup {
 public:
  explicit Cleanup(std::string line) : line_(std::move(line)) {}
  ~Cleanup() { shell(line_); }
  Cleanup(const Cleanup&) = delete;
  Cleanup& operator=(const Cleanup&) = delete;

 private:
  std::string line_;
};

}  // namespace netplumb::test
