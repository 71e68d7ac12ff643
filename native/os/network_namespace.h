// Network namespaces as descriptors: opening and checking them, and visiting one with the calling thread.
// The only setns and unshare of the addon are behind this header. Names under /run/netns are
// named_namespace.h's.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/unique_fd.h"

namespace netplumb {

/// What tells two namespaces apart, as long as something keeps them alive.
struct NamespaceIdentity {
  uint64_t device;
  uint64_t inode;
  friend bool operator==(const NamespaceIdentity&, const NamespaceIdentity&) = default;
};

NamespaceIdentity identify(int fd);

/// The calling thread's namespace (not the process', which may differ). Like everything here: O_CLOEXEC.
UniqueFd currentNamespace();

/// The namespace that a socket was made in, in a quarter of the time of a look into /proc. Empty where the
/// kernel does not say (before 4.10, or without CAP_NET_ADMIN over it).
UniqueFd namespaceOfSocket(int socket);

/// The openers throw SystemError, and EINVAL "not a network namespace" for anything else that stands there.
/// They never open what they have not checked, so a FIFO cannot hang them and a device cannot notice.
UniqueFd openNamespaceByName(
    std::string_view name);  // below /run/netns, no symlinks; std::invalid_argument for the name
UniqueFd openNamespaceByPath(std::string_view path);  // follows symlinks, for /proc/PID/ns/net is one
UniqueFd openNamespaceByPid(pid_t pid);  // ESRCH when it is gone; never the namespace of a pid's next owner
UniqueFd duplicateNamespace(int fd);

/// openNamespaceByPid on kernels before 6.11, which cannot ask a pidfd. Public for its test.
UniqueFd openNamespaceThroughProc(int pidfd, pid_t pid);

/// What to do with a thread that cannot return: nobody may run anything on it again.
enum class OnLost {
  Abort,      ///< the JS thread: the process cannot go on with it
  MarkThread  ///< an executor thread: its owner looks at threadIsLost() after each visit, and throws the
              ///< thread away
};

/// The way back for the calling thread. One that nobody but these scopes moves looks only once where it is at
/// home.
class WayBack {
 public:
  explicit WayBack(OnLost onLost);
  bool leadsTo(int fd) const;
  void go() noexcept;

 private:
  UniqueFd found_;
  int home_ = -1;
  OnLost onLost_;
};

/// Puts the calling thread in another namespace until the end of the scope. Construct and destroy on one
/// thread, nested.
class EnterNamespace {
 public:
  explicit EnterNamespace(int fd, OnLost onLost = OnLost::Abort);
  ~EnterNamespace();
  EnterNamespace(const EnterNamespace&) = delete;
  EnterNamespace& operator=(const EnterNamespace&) = delete;

  /// True while this thread is in a namespace that one of these scopes, or a FreshNamespace, put it in.
  static bool threadIsAway() noexcept;

  /// True from the moment this thread failed to return from a visit.
  static bool threadIsLost() noexcept;

 private:
  std::optional<WayBack> back_;  // empty when the thread was there already
};

/// Makes a new namespace and puts the calling thread in it until the end of the scope. It lives on only in
/// what keeps it.
class FreshNamespace {
 public:
  explicit FreshNamespace(OnLost onLost = OnLost::Abort);
  ~FreshNamespace();
  FreshNamespace(const FreshNamespace&) = delete;
  FreshNamespace& operator=(const FreshNamespace&) = delete;

  /// Keeps it, by a socket that was opened inside; within the scope.
  static UniqueFd keep(int socket);

 private:
  WayBack back_;
};

}  // namespace netplumb
