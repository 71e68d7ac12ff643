// Opens sockets where they belong: inside.
#include "job/net_namespace.h"

namespace netplumb {

NetNamespace::NetNamespace(UniqueFd fd, Caller caller) : fd_(std::move(fd)) { socket(caller); }

NetNamespace::NetNamespace(UniqueFd fd, Caller caller, Socket socket) : fd_(std::move(fd)) {
  (caller == Caller::JsThread ? syncSocket_ : executorSocket_) = std::move(socket);
}

Socket& NetNamespace::socket(Caller caller) {
  auto& socket = caller == Caller::JsThread ? syncSocket_ : executorSocket_;
  if (!socket) {
    EnterNamespace enter(fd_.get(), onLost(caller));
    socket = Socket::open();
  }
  return *socket;
}

}  // namespace netplumb
