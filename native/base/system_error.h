// A system call that failed: errno as data, what was being done, to what, and why where we know better than
// strerror. Knows nothing of JavaScript; napi/ turns it into a NetlinkError.
#pragma once

#include <stdexcept>
#include <string>

namespace netplumb {

/// what() reads `namespace.create c1: EEXIST: File exists (explanation)`. Nobody parses it: the parts have
/// accessors.
class SystemError : public std::runtime_error {
 public:
  SystemError(int errnum, std::string operation, std::string target = {}, std::string explanation = {});

  int error() const noexcept { return error_; }
  const std::string& operation() const noexcept { return operation_; }
  const std::string& target() const noexcept { return target_; }
  const std::string& explanation() const noexcept { return explanation_; }

 private:
  int error_;
  std::string operation_;
  std::string target_;
  std::string explanation_;
};

/// Throws SystemError.
[[noreturn]] void fail(int errnum, std::string operation, std::string target = {},
                       std::string explanation = {});

/// "EEXIST" for 17; "EUNKNOWN" for a number without a name. Static storage; also where libc has no
/// strerrorname_np.
const char* errnoName(int errnum) noexcept;

/// strerror for any thread: "File exists".
std::string errnoMessage(int errnum);

}  // namespace netplumb
