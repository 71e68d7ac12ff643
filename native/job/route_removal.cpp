// Compares what both a route and the message say; where one of them is silent the kernel may take it for the
// other. Metrics are left out: their order is free.
#include "job/route_removal.h"

#include <linux/ipv6_route.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>

#include "netlink/reader.h"

namespace netplumb {

static constexpr size_t headerSize = NLMSG_ALIGN(sizeof(rtmsg));

void nameMetric(ByteVector& addition) {
  if (readAt<rtmsg>(addition, NLMSG_HDRLEN).rtm_family != AF_INET6) return;
  const uint32_t metric = IP6_RT_PRIO_USER;
  if (const auto named = findAttribute(Bytes(addition).subspan(NLMSG_HDRLEN + headerSize), RTA_PRIORITY)) {
    const auto place = static_cast<size_t>(named->payload.data() - addition.data());
    if (readAt<uint32_t>(named->payload) == 0) std::memcpy(addition.data() + place, &metric, sizeof metric);
    return;
  }
  const rtattr attribute{RTA_LENGTH(sizeof(uint32_t)), RTA_PRIORITY};
  const size_t end = addition.size();
  addition.resize(end + RTA_SPACE(sizeof metric));
  std::memcpy(addition.data() + end, &attribute, sizeof attribute);
  std::memcpy(addition.data() + end + RTA_LENGTH(0), &metric, sizeof metric);
  reinterpret_cast<nlmsghdr*>(addition.data())->nlmsg_len = static_cast<uint32_t>(addition.size());
}

static uint32_t number(Bytes attributes, uint16_t type, uint32_t otherwise) {
  const auto found = findAttribute(attributes, type);
  return found ? readAt<uint32_t>(found->payload) : otherwise;
}

static bool startsAlike(Bytes one, Bytes other, size_t bits) {
  const size_t whole = bits / 8;
  if (one.size() * 8 < bits || other.size() * 8 < bits ||
      !std::equal(one.begin(), one.begin() + static_cast<ptrdiff_t>(whole), other.begin()))
    return false;
  const int rest = 0xff00 >> (bits % 8) & 0xff;
  return bits % 8 == 0 || (one[whole] & rest) == (other[whole] & rest);
}

static bool mayBe(Bytes added, Bytes standing) {
  const auto head = readAt<rtmsg>(added), other = readAt<rtmsg>(standing);
  const Bytes ours = added.subspan(headerSize), theirs = standing.subspan(headerSize);
  if (head.rtm_family != other.rtm_family || head.rtm_dst_len != other.rtm_dst_len) return false;
  if (number(ours, RTA_TABLE, head.rtm_table) != number(theirs, RTA_TABLE, other.rtm_table)) return false;
  if (number(ours, RTA_PRIORITY, 0) != number(theirs, RTA_PRIORITY, 0)) return false;
  const auto destination = findAttribute(ours, RTA_DST), prefix = findAttribute(theirs, RTA_DST);
  if (destination && prefix && !startsAlike(destination->payload, prefix->payload, head.rtm_dst_len))
    return false;
  if (findAttribute(theirs, RTA_MULTIPATH)) return true;
  for (const uint16_t type : {RTA_GATEWAY, RTA_OIF, RTA_PREFSRC}) {
    const auto asked = findAttribute(ours, type), found = findAttribute(theirs, type);
    if (asked && (!found || !std::ranges::equal(asked->payload, found->payload))) return false;
  }
  return true;
}

bool isUnmistakable(Socket& socket, Bytes addition) {
  const Bytes added = addition.subspan(NLMSG_HDRLEN);
  const auto head = readAt<rtmsg>(added);
  Writer writer;
  const auto mark = writer.beginMessage(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
  rtmsg asked{};
  asked.rtm_family = head.rtm_family;
  writer.patch(writer.reserve(sizeof asked), asked);
  writer.number<uint32_t>(RTA_TABLE, number(added.subspan(headerSize), RTA_TABLE, head.rtm_table));
  writer.endMessage(mark);
  ByteVector request = writer.take();
  Acknowledgement refusal;
  const ByteVector list = socket.dump(request, refusal);
  if (refusal.error != 0) return refusal.error == ENOENT;  // no such table any more
  int candidates = 0;
  MessageReader reader(list);
  while (const auto message = reader.next())
    if (message->type == RTM_NEWROUTE && mayBe(added, message->payload)) candidates++;
  return candidates <= 1;
}

}  // namespace netplumb
