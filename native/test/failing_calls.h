// System calls that fail on demand: a thread is watched by seccomp, and each of its calls is let through or
// answered with an error by somebody else. So every call is reached, however it is made, those of the C
// library too.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>

namespace netplumb::test {

/// Which call is to fail, and how.
struct FailingCall {
  size_t nth;            ///< counted from 1, in the order they are made; 0: none
  int error;             ///< the errno it is answered with
  bool forGood = false;  ///< so do all later ones of the same kind
  /// Only calls of these names are counted; empty: all that can fail.
  std::set<std::string> only = {};
};

struct Watched {
  size_t calls;        ///< how many were counted
  std::string failed;  ///< the name of the call that failed; empty where it was not reached
  double seconds;      ///< how long the body ran
};

/// Runs the body on a thread of its own, watched until it and the threads it starts have ended. Not counted
/// is what a process' memory, threads and clocks need, and close, which lets go of the descriptor whatever it
/// says.
Watched watch(const FailingCall& failing, const std::function<void()>& body);

}  // namespace netplumb::test
