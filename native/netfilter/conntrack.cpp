#include "netfilter/conntrack.h"

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/system_error.h"
#include "netfilter/flow_request.h"

namespace netplumb {

// Beyond these a list is quicker: the kernel looks through its table for each.
static constexpr size_t mostFilters = 16;

// How many requests share a send.
static constexpr size_t together = 64;

static std::vector<Outcome> send(Socket& socket, std::span<ByteVector> removals) {
  std::vector<ByteVector*> requests;
  for (ByteVector& removal : removals) {
    requireTuple(removal);
    requests.push_back(&removal);
  }
  return socket.exchange(requests);
}

// Empty where the kernel has no ctnetlink, and cannot load it: it then knows no such requests
// (nfnetlink_rcv_msg).
static std::optional<uint32_t> flowCount(Socket& socket) {
  ByteVector request = countFlows();
  ByteVector* const one[] = {&request};
  const auto outcome = socket.exchange(one).front();
  if (outcome.ack.error == EINVAL) return std::nullopt;
  if (outcome.ack.error != 0) fail(outcome.ack.error, "flow.count");
  return readFlowCount(Bytes(outcome.reply).subspan(NLMSG_HDRLEN));
}

// True where the kernel's filter did it; a kernel without one takes nothing.
static bool dropByFilter(Socket& socket, const FlowPattern& pattern) {
  auto removal = removeFitting(pattern);
  if (!removal) return false;
  const auto outcome = send(socket, {&*removal, 1}).front();
  if (outcome.ack.error == EPERM) fail(EPERM, "flow.remove");
  return outcome.ack.error == 0;
}

static void dropListed(Socket& socket, uint8_t family, std::span<const FlowPattern> patterns) {
  ByteVector request = listFlows(family);
  Acknowledgement refusal;
  const ByteVector list = socket.dump(request, refusal);
  if (refusal.error != 0) fail(refusal.error, "flow.list");
  std::vector<ByteVector> removals;
  for (MessageReader reader(list); const auto message = reader.next();) {
    const Flow flow = readFlow(message->payload);
    if (std::ranges::any_of(patterns, [&](const auto& pattern) { return fits(pattern, flow); }))
      removals.push_back(removeFlow(flow));
  }
  for (size_t at = 0; at < removals.size(); at += together) {
    const auto some = std::span(removals).subspan(at, std::min(together, removals.size() - at));
    for (const Outcome& outcome : send(socket, some))
      // ENOENT: it ended by itself.
      if (outcome.ack.error != 0 && outcome.ack.error != ENOENT) fail(outcome.ack.error, "flow.remove");
  }
}

bool dropFlows(Socket& socket, std::span<const FlowPattern> patterns) {
  std::ranges::for_each(patterns, requireBounded);
  const auto count = flowCount(socket);
  if (!count) return false;
  if (*count == 0) return true;
  std::vector<FlowPattern> listed;
  for (const FlowPattern& pattern : patterns)
    if (patterns.size() > mostFilters || !dropByFilter(socket, pattern)) listed.push_back(pattern);
  for (const uint8_t family : {AF_INET, AF_INET6})
    if (std::ranges::any_of(listed, [=](const auto& one) { return one.family == family; }))
      dropListed(socket, family, listed);
  return true;
}

}  // namespace netplumb
