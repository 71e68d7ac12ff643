// A netlink socket: requests out, answers in, matched by sequence number. It keeps the namespace it was
// opened in. One user at a time; knows neither tables nor plans.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/unique_fd.h"
#include "netlink/extended_ack.h"
#include "netlink/table.h"
#include "netlink/writer.h"

namespace netplumb {

// What became of one request.
struct Outcome {
  Acknowledgement ack;
  ByteVector reply;       // the object that came back: an echo, or what a get asked for (with its nlmsghdr)
  bool answered = false;  // false: the answer was lost; the kernel may or may not have done it
};

class Socket {
 public:
  // In the calling thread's namespace. Strict checking, extended and capped acknowledgements, five seconds'
  // patience.
  static Socket open(Protocol protocol = Protocol::Route);

  int fd() const { return fd_.get(); }

  // Sends all requests in one sendmsg and waits for every answer, five seconds for all of them. Not atomic:
  // after a failure the later ones still ran, but between NFNL_MSG_BATCH_BEGIN and its END, which are
  // answered only when they refuse all: then every request has that answer. Fills in sequence numbers. Throws
  // SystemError only if nothing was sent.
  std::vector<Outcome> exchange(std::span<ByteVector* const> requests);

  // Reads a whole list; the answer is messages one after the other. A list that changed meanwhile is read
  // again, at most five times, then SystemError EAGAIN. One that breaks off is a SystemError too: never a
  // partial list.
  ByteVector dump(ByteVector& request, Acknowledgement& refusal);

  // False once a list broke off and its end did not come: the kernel takes it to be read still, and refuses
  // the next one with EBUSY. Open another socket.
  bool usable() const { return usable_; }

 private:
  using Clock = std::chrono::steady_clock;
  Socket(UniqueFd fd, Protocol protocol, uint32_t sequence)
      : fd_(std::move(fd)), protocol_(protocol), sequence_(sequence) {}
  bool wantsObject(const nlmsghdr& request) const;
  bool isBracket(const nlmsghdr& request) const;
  void send(std::span<ByteVector* const> requests);
  Bytes receive(std::optional<Clock::time_point> begun);
  bool dumpOnce(ByteVector& request, ByteVector& messages, Acknowledgement& refusal);
  void readToItsEnd();

  UniqueFd fd_;
  Protocol protocol_;
  uint32_t sequence_;  // of the latest request
  bool usable_ = true;
};

}  // namespace netplumb
