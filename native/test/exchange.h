// What a test says to a socket, and what it reads off the answers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "netlink/socket.h"
#include "requests.h"

namespace netplumb::test {

inline std::vector<Outcome> exchange(Socket& socket, std::vector<ByteVector> requests) {
  std::vector<ByteVector*> pointers;
  for (ByteVector& request : requests) pointers.push_back(&request);
  return socket.exchange(pointers);
}

/// Of links, one message after the other.
inline std::vector<std::string> namesIn(Bytes list) {
  std::vector<std::string> names;
  MessageReader reader(list);
  while (const auto message = reader.next())
    names.emplace_back(
        readText(findAttribute(message->payload.subspan(sizeof(ifinfomsg)), IFLA_IFNAME).value().payload));
  return names;
}

}  // namespace netplumb::test
