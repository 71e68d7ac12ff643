// /proc/sys/net by plain open, read and write. The kernel shows each thread its own namespace's settings
// there.
#include "os/sysctl.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "base/system_error.h"
#include "base/unique_fd.h"
#include "os/network_namespace.h"
#include "os/proc_mount.h"

namespace netplumb {

namespace {

constexpr std::string_view kProc = "/proc/";
constexpr std::string_view kRoot = "/proc/sys/";
constexpr const char* kNet = "/proc/sys/net";
constexpr const char* kGet = "sysctl.get";
constexpr const char* kSet = "sysctl.set";

[[noreturn]] void refuse(std::string_view name, const char* reason) {
  throw std::invalid_argument("sysctl name '" + std::string(name) + "': " + reason);
}

bool isSegmentCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_.:@+-").find(c) != std::string_view::npos;
}

void checkSegments(std::string_view name, std::string_view path) {
  for (size_t start = 0; start <= path.size();) {
    size_t end = std::min(path.find('/', start), path.size());
    std::string_view segment = path.substr(start, end - start);
    if (segment.empty()) refuse(name, "has an empty part");
    if (segment == "." || segment == "..") refuse(name, "has a part '.' or '..'");
    if (!std::all_of(segment.begin(), segment.end(), isSegmentCharacter)) {
      refuse(name, "may hold letters, digits and _ . : @ + - only");
    }
    start = end + 1;
  }
}

// As sysctl(8) prints it: with dots, unless a part holds one.
std::string displayName(const std::string& path) {
  std::string name = path.substr(kRoot.size());
  if (name.find('.') == std::string::npos) std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

void requireBelowNet(const std::string& path) {
  if (!path.starts_with("/proc/sys/net/"))
    throw std::invalid_argument("sysctl: not a path made by sysctlPath");
}

const char* explain(int errnum) {
  switch (errnum) {
    case EROFS:
      return "/proc/sys is mounted read-only here, as container runtimes do for unprivileged containers";
    case ENOENT:
      return "this kernel has no such setting, or not in this network namespace";
    case EACCES:
    case EPERM:
      return "needs CAP_NET_ADMIN over the network namespace, or the setting cannot be accessed this way";
    case EINVAL:
      return "the kernel does not take this value";
    default:
      return "";
  }
}

UniqueFd openOrFail(const std::string& path, int flags, const char* operation) {
  const auto proc = EnterNamespace::threadIsAway() ? ownProcMount(kNet) : nullptr;
  UniqueFd fd(proc ? ::openat(proc->get(), path.c_str() + kProc.size(), flags | O_CLOEXEC | O_NOFOLLOW)
                   : ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) fail(errno, operation, displayName(path), explain(errno));
  return fd;
}

}  // namespace

std::string sysctlPath(std::string_view name) {
  std::string path(name);
  size_t separator = path.find_first_of("./");
  if (separator != std::string::npos && path[separator] == '.') {
    for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  }
  checkSegments(name, path);
  if (!path.starts_with("net/")) refuse(name, "is not below 'net'");
  return std::string(kRoot) + path;
}

std::string readSysctl(const std::string& path) {
  requireBelowNet(path);
  UniqueFd fd = openOrFail(path, O_RDONLY, kGet);
  std::string value;
  char chunk[4096];
  while (true) {
    ssize_t count = ::read(fd.get(), chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno, kGet, displayName(path), explain(errno));
    if (count == 0) break;
    value.append(chunk, static_cast<size_t>(count));
  }
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

void writeSysctl(const std::string& path, std::string_view value) {
  requireBelowNet(path);
  if (value.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) {
    throw std::invalid_argument("sysctl value: must not hold a newline or NUL");
  }
  UniqueFd fd = openOrFail(path, O_WRONLY, kSet);
  // With a newline, so that an empty value is a write too: it empties lists such as ip_local_reserved_ports.
  std::string line = std::string(value) + "\n";
  ssize_t count;
  do {
    count = ::write(fd.get(), line.data(), line.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) fail(errno, kSet, displayName(path), explain(errno));
  // The kernel applied a first part and left the rest ("1 2" where one number goes, or all beyond a page).
  // The rest is not sent again: at an offset most settings ignore a write and say it went well
  // (sysctl_writes_strict).
  if (static_cast<size_t>(count) != line.size()) {
    fail(EINVAL, kSet, displayName(path),
         "the kernel took only the first " + std::to_string(count) + " bytes");
  }
}

}  // namespace netplumb
