// Hears that rules of nf_tables changed, by whomever, in the namespace it was made in. What changed is for
// others to read.
#pragma once

#include "base/unique_fd.h"

namespace netplumb {

class RuleWatch {
 public:
  // In the calling thread's namespace; what happens from now on is heard. SystemError.
  RuleWatch();

  // Waits until something changed, and takes in all that was announced; false when it was closed, or `wakeFd`
  // is readable. One waits at a time. SystemError.
  bool await(int wakeFd);

  // From any thread: who waits returns, and whoever comes later does at once.
  void close();

 private:
  UniqueFd socket_, closed_;
};

}  // namespace netplumb
