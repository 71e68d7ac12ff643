// Keeps children started meanwhile from inheriting descriptors. What this process opens is close-on-exec, but
// what it was itself started with need not be, and a long-lived child would hold it for as long as it lives.
#pragma once

#include <vector>

namespace netplumb {

/// While it lives, every descriptor above stderr is close-on-exec; then those are as they were.
class UninheritedScope {
 public:
  UninheritedScope();
  ~UninheritedScope();
  UninheritedScope(const UninheritedScope&) = delete;
  UninheritedScope& operator=(const UninheritedScope&) = delete;

 private:
  std::vector<int> changed_;
};

}  // namespace netplumb
