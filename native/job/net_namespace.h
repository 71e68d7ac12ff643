// One network namespace as jobs use it: its descriptor, a socket inside it for each netlink family that is
// spoken to, for the executor, and others for synchronous calls (one user per socket: the JS thread never
// waits for an executor thread).
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

  // Opened at first use by that caller, and again in the place of one that a broken list made useless. The
  // reference holds until the next call.
  Socket& socket(Caller caller, Protocol protocol = Protocol::Route);

  // Jobs that wait for this namespace, in the order they were made. Owned by the executor's mutex.
  std::deque<ScheduledJob*> queue;

 private:
  std::optional<Socket>& place(Caller caller, Protocol protocol);

  UniqueFd fd_;
  std::optional<Socket> sockets_[2][2];  // by caller and protocol
};

using NetNamespacePtr = std::shared_ptr<NetNamespace>;

// A thread that cannot come back from a namespace: an executor thread is thrown away, the JS thread ends the
// process.
inline OnLost onLost(Caller caller) {
  return caller == Caller::JsThread ? OnLost::Abort : OnLost::MarkThread;
}

}  // namespace netplumb
