#include "netfilter/flow_request.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include <algorithm>
#include <stdexcept>

namespace netplumb {

// CTA_FILTER_F_* of net/netfilter/nf_internals.h, which no header for programs has.
enum FilterFlag : uint32_t {
  FilterSource = 1 << 0,
  FilterDestination = 1 << 1,
  FilterProtocol = 1 << 3,
  FilterSourcePort = 1 << 4,
  FilterDestinationPort = 1 << 5,
};

static Writer::Mark begin(Writer& writer, uint16_t type, uint16_t flags, uint8_t family) {
  const auto mark = writer.beginMessage(NFNL_SUBSYS_CTNETLINK << 8 | type, NLM_F_REQUEST | flags);
  writer.patch(writer.reserve(sizeof(nfgenmsg)), nfgenmsg{family, NFNETLINK_V0, 0});
  return mark;
}

ByteVector countFlows() {
  Writer writer;
  writer.endMessage(begin(writer, IPCTNL_MSG_CT_GET_STATS, NLM_F_ACK, AF_UNSPEC));
  return writer.take();
}

uint32_t readFlowCount(Bytes payload) {
  readAt<nfgenmsg>(payload);
  const auto entries = findAttribute(payload.subspan(sizeof(nfgenmsg)), CTA_STATS_GLOBAL_ENTRIES);
  if (!entries) throw MalformedMessage("no number of flows");
  return ntohl(readAt<uint32_t>(entries->payload));
}

ByteVector listFlows(uint8_t family) {
  Writer writer;
  writer.endMessage(begin(writer, IPCTNL_MSG_CT_GET, NLM_F_DUMP, family));
  return writer.take();
}

ByteVector removeFlow(const Flow& flow) {
  Writer writer;
  const auto mark = begin(writer, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, flow.family);
  writer.attribute(CTA_TUPLE_ORIG | NLA_F_NESTED, flow.originalAttribute);
  // Another may have the tuple by now.
  if (!flow.id.empty()) writer.attribute(CTA_ID, flow.id);
  writer.endMessage(mark);
  return writer.take();
}

namespace {

// What a filter looks at of one direction.
struct Side {
  std::optional<AddressRange> source, destination;
  std::optional<uint8_t> protocol;
  std::optional<PortSpan> sourcePorts, destinationPorts;
};

}  // namespace

static uint32_t flagsOf(const Side& side) {
  const auto flag = [](bool set, FilterFlag value) { return set ? uint32_t{value} : 0U; };
  return flag(side.source.has_value(), FilterSource) | flag(side.destination.has_value(), FilterDestination) |
         flag(side.protocol.has_value(), FilterProtocol) |
         flag(side.sourcePorts.has_value(), FilterSourcePort) |
         flag(side.destinationPorts.has_value(), FilterDestinationPort);
}

static void writeTuple(Writer& writer, uint16_t type, const Side& side) {
  const auto tuple = writer.beginNest(type | NLA_F_NESTED);
  const auto addresses = writer.beginNest(CTA_TUPLE_IP | NLA_F_NESTED);
  if (side.source) writer.attribute(CTA_IP_V4_SRC, Bytes(side.source->first).first(4));
  if (side.destination) writer.attribute(CTA_IP_V4_DST, Bytes(side.destination->first).first(4));
  writer.endNest(addresses);
  const auto protocol = writer.beginNest(CTA_TUPLE_PROTO | NLA_F_NESTED);
  if (side.protocol) writer.number(CTA_PROTO_NUM, *side.protocol);
  if (side.sourcePorts) writer.number(CTA_PROTO_SRC_PORT, htons(side.sourcePorts->first));
  if (side.destinationPorts) writer.number(CTA_PROTO_DST_PORT, htons(side.destinationPorts->first));
  writer.endNest(protocol);
  writer.endNest(tuple);
}

static bool isExact(const std::optional<AddressRange>& range) { return !range || range->bits == 32; }
static bool isExact(const std::optional<PortSpan>& span) { return !span || span->first == span->last; }

static bool isExact(const Side& side) {
  const bool ported = side.sourcePorts || side.destinationPorts;
  return isExact(side.source) && isExact(side.destination) && isExact(side.sourcePorts) &&
         isExact(side.destinationPorts) &&
         (!ported || side.protocol == IPPROTO_TCP || side.protocol == IPPROTO_UDP);
}

std::optional<ByteVector> removeFitting(const FlowPattern& pattern) {
  requireBounded(pattern);
  const Side original{pattern.originalSource, pattern.originalDestination, pattern.protocol, std::nullopt,
                      pattern.originalDestinationPorts};
  const Side reply{pattern.replySource, std::nullopt,
                   pattern.replySourcePorts ? pattern.protocol : std::nullopt, pattern.replySourcePorts,
                   std::nullopt};
  if (pattern.family != AF_INET || !isExact(original) || !isExact(reply)) return std::nullopt;
  Writer writer;
  const auto mark = begin(writer, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, pattern.family);
  // A kernel that knows no filter takes these for tuples, finds them incomplete, and refuses.
  const uint32_t looksAt[] = {flagsOf(original), flagsOf(reply)};
  if (looksAt[0] != 0) writeTuple(writer, CTA_TUPLE_ORIG, original);
  if (looksAt[1] != 0) writeTuple(writer, CTA_TUPLE_REPLY, reply);
  writer.number(CTA_ZONE, uint16_t{0});
  const auto filter = writer.beginNest(CTA_FILTER | NLA_F_NESTED);
  writer.number(CTA_FILTER_ORIG_FLAGS, looksAt[0]);
  writer.number(CTA_FILTER_REPLY_FLAGS, looksAt[1]);
  writer.endNest(filter);
  writer.endMessage(mark);
  return writer.take();
}

void requireTuple(Bytes removal) {
  const auto attributes = removal.subspan(std::min<size_t>(NLMSG_HDRLEN + sizeof(nfgenmsg), removal.size()));
  for (AttributeReader reader(attributes); const auto one = reader.next();) {
    if (one->type != CTA_TUPLE_ORIG && one->type != CTA_TUPLE_REPLY) continue;
    for (AttributeReader parts(one->payload); const auto part = parts.next();)
      if (!part->payload.empty()) return;
  }
  throw std::logic_error("a removal without a tuple would take every flow");
}

}  // namespace netplumb
