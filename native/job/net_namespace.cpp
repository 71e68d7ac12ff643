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

Socket& NetNamespace::socket(Caller caller, Protocol protocol) {
  auto& socket = place(caller, protocol);
  if (!socket || !socket->usable()) {
    EnterNamespace enter(fd_.get(), onLost(caller));
    socket = Socket::open(protocol);
  }
  return *socket;
}

}  // namespace netplumb
