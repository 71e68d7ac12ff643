#include "os/removal_notice.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>

#include "os/flock_now.h"

namespace netplumb {

namespace {

constexpr const char* kDirectory = "/run/netplumb";
constexpr std::string_view kSuffix = ".removing";

}  // namespace

std::optional<RemovalNotice> RemovalNotice::open(std::string_view name, int flags) {
  if (name.size() + kSuffix.size() > NAME_MAX) return {};
  std::string path = std::string(kDirectory) + "/" + std::string(name) + std::string(kSuffix);
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0600));
  if (!file) return {};
  if (!flockNow(file.get(), LOCK_EX)) {
    // One that cannot be locked says nothing, and nobody would take it away.
    if ((flags & O_CREAT) != 0 && errno != EWOULDBLOCK) ::unlink(path.c_str());
    return {};
  }
  struct stat st {};
  // Taken away by its owner between our open and our lock.
  if (::fstat(file.get(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink == 0) return {};
  return RemovalNotice(std::move(file), std::move(path));
}

std::optional<RemovalNotice> RemovalNotice::put(std::string_view name) {
  auto notice = open(name, O_CREAT);
  if (notice || ::mkdir(kDirectory, 0700) != 0) return notice;
  return open(name, O_CREAT);
}

std::optional<RemovalNotice> RemovalNotice::takeOver(std::string_view name) { return open(name, 0); }

RemovalNotice::~RemovalNotice() {
  if (file_) ::unlink(path_.c_str());
}

std::vector<std::string> RemovalNotice::names() {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(kDirectory), ::closedir);
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view file(entry->d_name);
    if (file.ends_with(kSuffix)) names.emplace_back(file.substr(0, file.size() - kSuffix.size()));
  }
  return names;
}

}  // namespace netplumb
