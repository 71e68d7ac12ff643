// Opens sockets where they belong: inside.
#include "job/net_namespace.h"

namespace netplumb {

NetNamespace::NetNamespace(UniqueFd fd, Caller caller) : fd_(std::move(fd)) { socket(caller); }

NetNamespace::NetNamespace(UniqueFd fd, Caller caller, Socket socket) : fd_(std::move(fd)) {
  place(caller, Protocol::Route) = std::move(socket);
}

std::optional<Socket>& NetNamespace::place(Caller caller, Protocol protocol) {
  return sockets_[static_cast<size_t>(caller)][static_cast<size_t>(protocol)];
}

Socket& NetNamespace::opened(std::optional<Socket>& socket, Caller caller, Protocol protocol) {
  if (!socket || !socket->usable()) {
    EnterNamespace enter(fd_.get(), onLost(caller));
    socket = Socket::open(protocol);
  }
  return *socket;
}

Socket& NetNamespace::socket(Caller caller, Protocol protocol) {
  return opened(place(caller, protocol), caller, protocol);
}

NetNamespace::Aside NetNamespace::aside() {
  std::unique_lock alone(asideMutex_);
  Socket& socket = opened(aside_, Caller::Executor, Protocol::Netfilter);
  return {std::move(alone), socket};
}

}  // namespace netplumb
