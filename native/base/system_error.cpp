// errno's names and sentences. The table is our own: strerrorname_np is missing in musl and in glibc
// before 2.32, and a prebuild must run there. Numbers that only alias another (EWOULDBLOCK, EDEADLOCK,
// ENOTSUP) go by the other's name.
#include "base/system_error.h"

#include <cerrno>
#include <cstring>

namespace netplumb {

namespace {

constexpr int kEnotsupp = 524;  // never meant to leave the kernel, but rtnetlink lets it out

// clang-format off
#define NETPLUMB_ERRNO_NAMES(X) \
  X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EIO) X(ENXIO) X(E2BIG) X(ENOEXEC) X(EBADF) X(ECHILD) X(EAGAIN) X(ENOMEM) \
  X(EACCES) X(EFAULT) X(ENOTBLK) X(EBUSY) X(EEXIST) X(EXDEV) X(ENODEV) X(ENOTDIR) X(EISDIR) X(EINVAL) X(ENFILE) \
  X(EMFILE) X(ENOTTY) X(ETXTBSY) X(EFBIG) X(ENOSPC) X(ESPIPE) X(EROFS) X(EMLINK) X(EPIPE) X(EDOM) X(ERANGE) \
  X(EDEADLK) X(ENAMETOOLONG) X(ENOLCK) X(ENOSYS) X(ENOTEMPTY) X(ELOOP) X(ENOMSG) X(EIDRM) X(ECHRNG) X(EL2NSYNC) \
  X(EL3HLT) X(EL3RST) X(ELNRNG) X(EUNATCH) X(ENOCSI) X(EL2HLT) X(EBADE) X(EBADR) X(EXFULL) X(ENOANO) X(EBADRQC) \
  X(EBADSLT) X(EBFONT) X(ENOSTR) X(ENODATA) X(ETIME) X(ENOSR) X(ENONET) X(ENOPKG) X(EREMOTE) X(ENOLINK) X(EADV) \
  X(ESRMNT) X(ECOMM) X(EPROTO) X(EMULTIHOP) X(EDOTDOT) X(EBADMSG) X(EOVERFLOW) X(ENOTUNIQ) X(EBADFD) X(EREMCHG) \
  X(ELIBACC) X(ELIBBAD) X(ELIBSCN) X(ELIBMAX) X(ELIBEXEC) X(EILSEQ) X(ERESTART) X(ESTRPIPE) X(EUSERS) X(ENOTSOCK) \
  X(EDESTADDRREQ) X(EMSGSIZE) X(EPROTOTYPE) X(ENOPROTOOPT) X(EPROTONOSUPPORT) X(ESOCKTNOSUPPORT) X(EOPNOTSUPP) \
  X(EPFNOSUPPORT) X(EAFNOSUPPORT) X(EADDRINUSE) X(EADDRNOTAVAIL) X(ENETDOWN) X(ENETUNREACH) X(ENETRESET) \
  X(ECONNABORTED) X(ECONNRESET) X(ENOBUFS) X(EISCONN) X(ENOTCONN) X(ESHUTDOWN) X(ETOOMANYREFS) X(ETIMEDOUT) \
  X(ECONNREFUSED) X(EHOSTDOWN) X(EHOSTUNREACH) X(EALREADY) X(EINPROGRESS) X(ESTALE) X(EUCLEAN) X(ENOTNAM) \
  X(ENAVAIL) X(EISNAM) X(EREMOTEIO) X(EDQUOT) X(ENOMEDIUM) X(EMEDIUMTYPE) X(ECANCELED) X(ENOKEY) X(EKEYEXPIRED) \
  X(EKEYREVOKED) X(EKEYREJECTED) X(EOWNERDEAD) X(ENOTRECOVERABLE) X(ERFKILL) X(EHWPOISON)
// clang-format on

// strerror_r is two functions: GNU's returns the text, POSIX' fills the buffer.
[[maybe_unused]] const char* messageFrom(const char* text, const char*) { return text; }
[[maybe_unused]] const char* messageFrom(int, const char* buffer) { return buffer; }

std::string describe(int errnum, const std::string& operation, const std::string& target,
                     const std::string& explanation) {
  std::string text = operation;
  if (!target.empty()) text += " " + target;
  text += std::string(": ") + errnoName(errnum) + ": " + errnoMessage(errnum);
  if (!explanation.empty()) text += " (" + explanation + ")";
  return text;
}

}  // namespace

SystemError::SystemError(int errnum, std::string operation, std::string target, std::string explanation)
    : std::runtime_error(describe(errnum, operation, target, explanation)),
      error_(errnum),
      operation_(std::move(operation)),
      target_(std::move(target)),
      explanation_(std::move(explanation)) {}

void fail(int errnum, std::string operation, std::string target, std::string explanation) {
  throw SystemError(errnum, std::move(operation), std::move(target), std::move(explanation));
}

const char* errnoName(int errnum) noexcept {
  switch (errnum) {
#define NETPLUMB_CASE(name) \
  case name:                \
    return #name;
    NETPLUMB_ERRNO_NAMES(NETPLUMB_CASE)
#undef NETPLUMB_CASE
    case kEnotsupp:
      return "ENOTSUPP";
    default:
      return "EUNKNOWN";
  }
}

std::string errnoMessage(int errnum) {
  if (errnum == kEnotsupp) return "Operation is not supported";
  char buffer[128] = "";
  return messageFrom(strerror_r(errnum, buffer, sizeof buffer), buffer);
}

}  // namespace netplumb
