// The helpers of sandbox.h. They use plain system calls rather than netplumb's own wrappers where a wrapper
// is what the tests test.
#include "sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace netplumb::test {

namespace {

void check(long result, const char* what) {
  if (result < 0) fail(errno, what);
}

}  // namespace

Output shell(const std::string& line) {
  FILE* pipe = ::popen(("exec 2>&1; " + line).c_str(), "re");
  if (pipe == nullptr) fail(errno, "popen");
  std::string text;
  char chunk[512];
  for (size_t count; (count = std::fread(chunk, 1, sizeof chunk, pipe)) > 0;) text.append(chunk, count);
  int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text};
}

std::string selfChild(const std::string& arguments) {
  return std::filesystem::read_symlink("/proc/self/exe").string() + " --child " + arguments;
}

UniqueFd makeNamespace() {
  return onThread([] {
    check(::unshare(CLONE_NEWNET), "unshare");
    UniqueFd fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    check(fd.get(), "open");
    return fd;
  });
}

void dropCapability(int capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3]{};
  check(::syscall(SYS_capget, &header, words), "capget");
  words[CAP_TO_INDEX(capability)].effective &= ~CAP_TO_MASK(capability);
  check(::syscall(SYS_capset, &header, words), "capset");
}

WaitingChild::WaitingChild() {
  int ready[2];
  check(::pipe2(ready, O_CLOEXEC), "pipe2");
  UniqueFd reader(ready[0]), writer(ready[1]);
  pid_ = ::fork();
  check(pid_, "fork");
  if (pid_ == 0) {
    if (::unshare(CLONE_NEWNET) != 0 || ::write(writer.get(), "x", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  writer.reset();
  char byte;
  if (::read(reader.get(), &byte, 1) != 1) fail(EPIPE, "child");
}

WaitingChild::~WaitingChild() {
  kill();
  reap();
}

void WaitingChild::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  siginfo_t ended;
  ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT);  // a zombie from here on
}

void WaitingChild::reap() {
  if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

TemporaryDirectory::TemporaryDirectory() {
  char name[] = "/run/netplumb-test-XXXXXX";  // on the /run that is ours
  if (::mkdtemp(name) == nullptr) fail(errno, "mkdtemp");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() { std::filesystem::remove_all(path_); }

}  // namespace netplumb::test
