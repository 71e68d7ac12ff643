// The plain socket calls behind fake_kernel.h.
#include "fake_kernel.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/system_error.h"

namespace netplumb::test {

std::set<int> netlinkSockets() {
  std::set<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::atoi(entry.path().filename().c_str());
    int domain = 0;
    socklen_t size = sizeof domain;
    if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK)
      found.insert(fd);
  }
  return found;
}

FakeKernel::FakeKernel(int fd, Answer answer) : answer_(std::move(answer)) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) fail(errno, "socketpair");
  end_.reset(ends[0]);
  const UniqueFd theirs(ends[1]);
  const timeval patience{0, 100'000};
  ::setsockopt(theirs.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::dup3(theirs.get(), fd, O_CLOEXEC) < 0) fail(errno, "dup3");
  thread_ = std::thread([this] { serve(); });
}

FakeKernel::~FakeKernel() {
  ::shutdown(end_.get(), SHUT_RDWR);
  thread_.join();
}

std::vector<size_t> FakeKernel::sends() {
  const std::lock_guard guard(mutex_);
  return sends_;
}

void FakeKernel::serve() {
  ByteVector buffer(1 << 20);
  for (;;) {
    const ssize_t length = ::recv(end_.get(), buffer.data(), buffer.size(), 0);
    if (length <= 0) return;
    const auto sent = Bytes(buffer).first(static_cast<size_t>(length));
    {
      const std::lock_guard guard(mutex_);
      sends_.push_back(messagesOf(sent).size());
    }
    push(answer_(sent));
  }
}

void FakeKernel::push(const Datagrams& datagrams) {
  for (const ByteVector& datagram : datagrams)
    ::send(end_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
}

std::vector<MessageView> messagesOf(Bytes datagram) {
  std::vector<MessageView> messages;
  MessageReader reader(datagram);
  while (const auto message = reader.next()) messages.push_back(*message);
  return messages;
}

ByteVector answer(const MessageView& request, uint16_t type, uint16_t flags, Bytes payload) {
  ByteVector bytes(NLMSG_HDRLEN + payload.size());
  const nlmsghdr header{static_cast<uint32_t>(bytes.size()), type, flags, request.sequence, 0};
  std::memcpy(bytes.data(), &header, sizeof header);
  if (!payload.empty()) std::memcpy(bytes.data() + NLMSG_HDRLEN, payload.data(), payload.size());
  return bytes;
}

ByteVector acknowledge(const MessageView& request, int error) {
  nlmsgerr body{-error, {}};
  std::memcpy(&body.msg, request.whole.data(), sizeof body.msg);
  return answer(request, NLMSG_ERROR, NLM_F_CAPPED, {reinterpret_cast<const uint8_t*>(&body), sizeof body});
}

Datagrams agree(Bytes sent) {
  Datagrams answers;
  for (const MessageView& message : messagesOf(sent)) answers.push_back(acknowledge(message));
  return answers;
}

}  // namespace netplumb::test
