// What ctnetlink tells of a flow, from any bytes: what was read is part of the input, and a removal made of
// it names a tuple.
#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include "fuzz/target.h"
#include "netfilter/flow.h"
#include "netfilter/flow_request.h"

namespace netplumb::fuzz {

static void read(Bytes bytes) {
  const Flow flow = readFlow(bytes);
  touch(flow.originalAttribute);
  touch(flow.id);
  FlowPattern itself;
  itself.family = flow.family;
  itself.originalSource =
      AddressRange{flow.original.source, static_cast<uint8_t>(flow.family == AF_INET ? 32 : 128)};
  itself.protocol = flow.original.protocol;
  itself.replySourcePorts = PortSpan{flow.reply.sourcePort, flow.reply.sourcePort};
  require(fits(itself, flow) != flow.zoned, "a flow does not fit what was made of it");
  requireTuple(removeFlow(flow));
}

static void readCount(Bytes bytes) { readFlowCount(bytes); }

static void readText(Bytes bytes) {
  const auto parsed = parseRange(textOf(bytes));
  if (!parsed) return;
  require(parsed->range.bits > 0 && parsed->range.bits <= (parsed->family == AF_INET ? 32 : 128),
          "a range has more bits than its family");
}

static void tuple(Writer& writer, uint16_t type, bool six) {
  const auto nest = writer.beginNest(type | NLA_F_NESTED);
  const auto addresses = writer.beginNest(CTA_TUPLE_IP | NLA_F_NESTED);
  const ByteVector address(six ? 16 : 4, 10);
  writer.attribute(six ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, address);
  writer.attribute(six ? CTA_IP_V6_DST : CTA_IP_V4_DST, address);
  writer.endNest(addresses);
  const auto protocol = writer.beginNest(CTA_TUPLE_PROTO | NLA_F_NESTED);
  writer.number(CTA_PROTO_NUM, uint8_t{17});
  writer.number(CTA_PROTO_SRC_PORT, htons(4000));
  writer.number(CTA_PROTO_DST_PORT, htons(53));
  writer.endNest(protocol);
  writer.endNest(nest);
}

static Seeds flows(Captures) {
  Seeds seeds;
  for (const bool six : {false, true}) {
    for (const bool zoned : {false, true}) {
      Writer writer;
      writer.patch(writer.reserve(sizeof(nfgenmsg)),
                   nfgenmsg{static_cast<uint8_t>(six ? AF_INET6 : AF_INET), NFNETLINK_V0, 0});
      tuple(writer, CTA_TUPLE_ORIG, six);
      tuple(writer, CTA_TUPLE_REPLY, six);
      writer.number(CTA_ID, uint32_t{7});
      if (zoned) writer.number(CTA_ZONE, htons(1));
      seeds.push_back(writer.take());
    }
  }
  return seeds;
}

static Seeds counts(Captures) {
  Writer writer;
  writer.patch(writer.reserve(sizeof(nfgenmsg)), nfgenmsg{});
  writer.number(CTA_STATS_GLOBAL_ENTRIES, htonl(7));
  return {writer.take()};
}

static Seeds ranges(Captures) { return {bytesOf("172.16.0.0/24"), bytesOf("fd00::2"), bytesOf("fd00::/64")}; }

std::vector<Target> flowTargets() {
  return {{"flow", read, flows}, {"flow-count", readCount, counts}, {"flow-range", readText, ranges}};
}

}  // namespace netplumb::fuzz
