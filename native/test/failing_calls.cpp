// The filter hands every call to a listener, by which the watching thread answers: go on, or an error.
#include "failing_calls.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <future>
#include <map>
#include <string_view>
#include <thread>
#include <vector>

#include "base/system_error.h"
#include "base/unique_fd.h"

namespace netplumb::test {

namespace {

// What never fails, or what only the C library and the sanitizers ask for.
constexpr std::array uncounted{
    SYS_futex,
    SYS_mmap,
    SYS_munmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_exit,
    SYS_exit_group,
    SYS_rseq,
    SYS_close,
    SYS_gettid,
    SYS_getpid,
    SYS_geteuid,
    SYS_rt_sigprocmask,
    SYS_prctl,
    SYS_clone3,
    SYS_clone,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_set_robust_list,
    SYS_tgkill,
    SYS_clock_gettime,
    SYS_clock_nanosleep,
    SYS_sched_yield,
    SYS_restart_syscall,
    SYS_pipe2,
#ifdef SYS_pipe
    SYS_pipe,
#endif

};

const std::map<int, std::string> names{
    {SYS_sendmsg, "sendmsg"},
    {SYS_recvmsg, "recvmsg"},
    {SYS_socket, "socket"},
    {SYS_flock, "flock"},
    {SYS_setsockopt, "setsockopt"},
    {SYS_getsockopt, "getsockopt"},
    {SYS_setns, "setns"},
    {SYS_unshare, "unshare"},
    {SYS_mount, "mount"},
    {SYS_umount2, "umount2"},
    {SYS_openat, "openat"},
    {SYS_fcntl, "fcntl"},
    {SYS_fchmod, "fchmod"},
    {SYS_read, "read"},
    {SYS_write, "write"},
    {SYS_statx, "statx"},
    {SYS_newfstatat, "fstatat"},
    {SYS_fstat, "fstat"},
    {SYS_fstatfs, "fstatfs"},
    {SYS_mkdirat, "mkdir"},
    {SYS_unlinkat, "unlink"},
    {SYS_getrandom, "getrandom"},
#ifdef SYS_open
    {SYS_open, "open"},
    {SYS_mkdir, "mkdir"},
    {SYS_unlink, "unlink"},
    {SYS_stat, "stat"},
    {SYS_lstat, "lstat"},
#endif
};

std::string nameOf(int call) {
  const auto found = names.find(call);
  return found == names.end() ? "call " + std::to_string(call) : found->second;
}

// Hands all calls of the calling thread but the uncounted to the returned listener.
UniqueFd listen() {
  std::vector<sock_filter> filter{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const long call : uncounted) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  UniqueFd listener(static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program)));
  if (!listener) fail(errno, "seccomp");
  return listener;
}

// UBSan finds out by a pipe whether memory may be read, and says that it may not where the pipe fails.
bool isSanitizers(const seccomp_data& call) {
  if (call.nr != SYS_write) return false;
  std::array<char, 16> target{};
  const std::string path = "/proc/self/fd/" + std::to_string(call.args[0]);
  return ::readlink(path.c_str(), target.data(), target.size() - 1) > 0 &&
         std::string_view(target.data()).starts_with("pipe:");
}

class Watch {
 public:
  explicit Watch(const FailingCall& failing) : failing_(failing) {}

  // Until no thread is watched any more.
  void answerAll(int listener) {
    for (;;) {
      pollfd ready{listener, POLLIN, 0};
      if (::poll(&ready, 1, -1) < 0) continue;
      if ((ready.revents & POLLIN) == 0) return;
      seccomp_notif call{};
      if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
      seccomp_notif_resp answer{};
      answer.id = call.id;
      if (!isSanitizers(call.data) && fails(call.data.nr))
        answer.error = -failing_.error;
      else
        answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
      ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
  }

  Watched result(double seconds) const { return {calls_, failed_ < 0 ? "" : nameOf(failed_), seconds}; }

 private:
  bool fails(int call) {
    if (!failing_.only.empty() && !failing_.only.contains(nameOf(call))) return false;
    calls_++;
    if (calls_ == failing_.nth) failed_ = call;
    return calls_ == failing_.nth || (failing_.forGood && call == failed_);
  }

  const FailingCall& failing_;
  size_t calls_ = 0;
  int failed_ = -1;
};

}  // namespace

Watched watch(const FailingCall& failing, const std::function<void()>& body) {
  std::promise<UniqueFd> listening;
  double seconds = 0;
  std::thread watched([&] {
    listening.set_value(listen());
    const auto begun = std::chrono::steady_clock::now();
    body();
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  });
  const UniqueFd listener = listening.get_future().get();
  Watch watch(failing);
  watch.answerAll(listener.get());
  watched.join();
  return watch.result(seconds);
}

}  // namespace netplumb::test
