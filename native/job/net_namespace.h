// One network namespace as jobs use it: its descriptor, an rtnetlink socket inside it for the executor,
// another for synchronous calls (one user per socket: the JS thread never waits for an executor thread).
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "base/unique_fd.h"
#include "netlink/socket.h"
#include "os/network_namespace.h"

namespace netplumb {

struct ScheduledJob;

enum class Caller { Executor, JsThread };

class NetNamespace {
 public:
  // Takes the descriptor; the socket for `caller` is opened inside.
  NetNamespace(UniqueFd fd, Caller caller);
  // Nobody has been inside yet, and perhaps nobody will.
  explicit NetNamespace(UniqueFd fd) : fd_(std::move(fd)) {}
  // With the caller's socket, where the calling thread stood inside already.
  NetNamespace(UniqueFd fd, Caller caller, Socket socket);

  int fd() const { return fd_.get(); }
  NamespaceIdentity identity() const { return identify(fd_.get()); }

  // Opened at first use by that caller.
  Socket& socket(Caller caller);

  // Jobs that wait for this namespace, in the order they were made. Owned by the executor's mutex.
  std::deque<ScheduledJob*> queue;

 private:
  UniqueFd fd_;
  std::optional<Socket> executorSocket_, syncSocket_;
};

using NetNamespacePtr = std::shared_ptr<NetNamespace>;

// A thread that cannot come back from a namespace: an executor thread is thrown away, the JS thread ends the
// process.
inline OnLost onLost(Caller caller) {
  return caller == Caller::JsThread ? OnLost::Abort : OnLost::MarkThread;
}

}  // namespace netplumb
