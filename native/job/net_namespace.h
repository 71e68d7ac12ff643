// One network namespace as jobs use it: its descriptor, a socket inside it for each netlink family that is
// spoken to, for the executor, and others for synchronous calls (one user per socket: the JS thread never
// waits for an executor thread).
#pragma once

#include <deque>
#include <memory>
#include <mutex>
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

  // The netfilter socket for what may take the kernel milliseconds, for which no job shall wait. Executor
  // threads wait for each other. It is kept, for closing one takes 10 ms where nf_tables was told to delete
  // something just before: the kernel then waits until that is gone (nft_rcv_nl_event).
  struct Aside {
    std::unique_lock<std::mutex> alone;
    Socket& socket;
  };
  Aside aside();

  // Jobs that wait for this namespace, in the order they were made. Owned by the executor's mutex.
  std::deque<ScheduledJob*> queue;

 private:
  std::optional<Socket>& place(Caller caller, Protocol protocol);
  Socket& opened(std::optional<Socket>& socket, Caller caller, Protocol protocol);

  UniqueFd fd_;
  std::optional<Socket> sockets_[2][2];  // by caller and protocol
  std::mutex asideMutex_;
  std::optional<Socket> aside_;
};

using NetNamespacePtr = std::shared_ptr<NetNamespace>;

// A thread that cannot come back from a namespace: an executor thread is thrown away, the JS thread ends the
// process.
inline OnLost onLost(Caller caller) {
  return caller == Caller::JsThread ? OnLost::Abort : OnLost::MarkThread;
}

}  // namespace netplumb
