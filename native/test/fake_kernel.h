// Stands in for the kernel behind a netlink socket: for answers that the real one gives too rarely to be
// waited for. A SOCK_SEQPACKET socket is put in the place of the descriptor; like netlink it keeps datagrams
// apart and takes an address with a send, so the socket's owner notices nothing.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "netlink/reader.h"

namespace netplumb::test {

/// The descriptors of this process that are netlink sockets.
std::set<int> netlinkSockets();

/// The descriptor of the one netlink socket that `open` opens. Nobody else may open one meanwhile.
template <typename Open>
int openedBy(Open&& open) {
  const std::set<int> before = netlinkSockets();
  open();
  for (const int fd : netlinkSockets())
    if (!before.contains(fd)) return fd;
  return -1;
}

using Datagrams = std::vector<ByteVector>;

class FakeKernel {
 public:
  /// Called with each datagram that is sent, on a thread of its own; returns the datagrams to answer with.
  using Answer = std::function<Datagrams(Bytes sent)>;

  /// Takes the place of the socket with that descriptor, and waits 100 ms instead of 5 s. Destroy it after
  /// its last use.
  FakeKernel(int fd, Answer answer);
  ~FakeKernel();

  /// Sends these now: they are there before the next question is asked.
  void push(const Datagrams& datagrams);

  /// How many messages were in each datagram so far.
  std::vector<size_t> sends();

 private:
  void serve();
  UniqueFd end_;
  Answer answer_;
  std::mutex mutex_;
  std::vector<size_t> sends_;
  std::thread thread_;
};

/// The messages of a datagram.
std::vector<MessageView> messagesOf(Bytes datagram);

/// NLMSG_ERROR for a request, capped; 0 is success.
ByteVector acknowledge(const MessageView& request, int error = 0);

/// A message in answer to a request.
ByteVector answer(const MessageView& request, uint16_t type, uint16_t flags, Bytes payload);

/// Says yes to everything, one datagram for each message.
Datagrams agree(Bytes sent);

}  // namespace netplumb::test
