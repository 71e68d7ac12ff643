// Flows as ctnetlink writes them, which ones a pattern means, and that no request takes more than it says.
#include "netfilter/flow.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include <string>

#include "netfilter/flow_request.h"
#include "netlink/text.h"
#include "netlink/writer.h"

using namespace netplumb;

namespace {

struct End {
  std::string source, destination;
  uint16_t sourcePort, destinationPort;
};

}  // namespace

static void writeTuple(Writer& writer, uint16_t type, const End& end, uint8_t protocol,
                       std::optional<uint16_t> zone) {
  const auto nest = writer.beginNest(type | NLA_F_NESTED);
  const auto source = *parseIp(end.source), destination = *parseIp(end.destination);
  const bool v4 = source.size() == 4;
  const auto addresses = writer.beginNest(CTA_TUPLE_IP | NLA_F_NESTED);
  writer.attribute(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, source);
  writer.attribute(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, destination);
  writer.endNest(addresses);
  const auto proto = writer.beginNest(CTA_TUPLE_PROTO | NLA_F_NESTED);
  writer.number(CTA_PROTO_NUM, protocol);
  writer.number(CTA_PROTO_SRC_PORT, htons(end.sourcePort));
  writer.number(CTA_PROTO_DST_PORT, htons(end.destinationPort));
  writer.endNest(proto);
  if (zone) writer.number(CTA_TUPLE_ZONE, htons(*zone));
  writer.endNest(nest);
}

static ByteVector flowBytes(const End& original, const End& reply, uint8_t protocol = IPPROTO_UDP,
                            std::optional<uint16_t> zone = {}, std::optional<uint16_t> tupleZone = {}) {
  Writer writer;
  const uint8_t family = original.source.find(':') == std::string::npos ? AF_INET : AF_INET6;
  writer.patch(writer.reserve(sizeof(nfgenmsg)), nfgenmsg{family, 0, 0});
  writeTuple(writer, CTA_TUPLE_ORIG, original, protocol, tupleZone);
  writeTuple(writer, CTA_TUPLE_REPLY, reply, protocol, {});
  writer.number(CTA_ID, htonl(77));
  if (zone) writer.number(CTA_ZONE, htons(*zone));
  return writer.take();
}

// 203.0.113.9 asked 192.0.2.2:8080, which leads to 172.16.0.2:80.
static const End asked{"203.0.113.9", "192.0.2.2", 4000, 8080};
static const End answered{"172.16.0.2", "203.0.113.9", 80, 4000};

static FlowPattern patternOf(uint8_t family = AF_INET) {
  FlowPattern pattern;
  pattern.family = family;
  return pattern;
}

static AddressRange rangeOf(const std::string& text) { return parseRange(text)->range; }

TEST_CASE("a flow is read in both directions") {
  const ByteVector bytes = flowBytes(asked, answered);
  const Flow flow = readFlow(bytes);
  CHECK(flow.family == AF_INET);
  CHECK(flow.original.sourcePort == 4000);
  CHECK(flow.original.destinationPort == 8080);
  CHECK(flow.original.protocol == IPPROTO_UDP);
  CHECK(formatIp(Bytes(flow.reply.source).first(4)) == "172.16.0.2");
  CHECK(flow.reply.sourcePort == 80);
  CHECK_FALSE(flow.zoned);
}

TEST_CASE("what is no flow is refused") {
  CHECK_THROWS_AS(readFlow(Bytes()), MalformedMessage);
  ByteVector bytes = flowBytes(asked, answered);
  CHECK_THROWS_AS(readFlow(Bytes(bytes).first(4)), MalformedMessage);
  CHECK_THROWS_AS(readFlow(Bytes(bytes).first(40)), MalformedMessage);
  bytes[0] = AF_UNIX;
  CHECK_THROWS_AS(readFlow(bytes), MalformedMessage);
  bytes[0] = AF_INET6;  // its addresses are not
  CHECK_THROWS_AS(readFlow(bytes), MalformedMessage);
}

TEST_CASE("a pattern means the flows that have all it says") {
  const ByteVector bytes = flowBytes(asked, answered);
  const Flow flow = readFlow(bytes);
  FlowPattern published = patternOf();
  published.protocol = IPPROTO_UDP;
  published.originalDestinationPorts = PortSpan{8080, 8080};
  published.replySource = rangeOf("172.16.0.2");
  published.replySourcePorts = PortSpan{80, 80};
  CHECK(fits(published, flow));
  const auto other = [&](auto&& change) {
    FlowPattern changed = published;
    change(changed);
    return fits(changed, flow);
  };
  CHECK_FALSE(other([](auto& one) { one.protocol = IPPROTO_TCP; }));
  CHECK_FALSE(other([](auto& one) { one.originalDestinationPorts = PortSpan{8081, 9000}; }));
  CHECK_FALSE(other([](auto& one) { one.replySource = rangeOf("172.16.0.3"); }));
  CHECK_FALSE(other([](auto& one) { one.replySourcePorts = PortSpan{81, 81}; }));
  CHECK_FALSE(other([](auto& one) { one.originalSource = rangeOf("172.16.0.2"); }));
  CHECK_FALSE(other([](auto& one) { one.originalDestination = rangeOf("192.0.2.3"); }));
  CHECK_FALSE(other([](auto& one) { one.family = AF_INET6; }));
  CHECK(other([](auto& one) { one.originalDestinationPorts = PortSpan{8000, 8080}; }));
  CHECK(other([](auto& one) { one.originalDestination = rangeOf("192.0.2.2"); }));
  CHECK(other([](auto& one) { one.replySource = rangeOf("172.16.0.0/23"); }));
  CHECK_FALSE(other([](auto& one) { one.replySource = rangeOf("172.16.0.128/25"); }));
}

TEST_CASE("a flow in a zone of somebody's is never meant") {
  FlowPattern address = patternOf();
  address.replySource = rangeOf("172.16.0.2");
  const ByteVector plain = flowBytes(asked, answered), zoned = flowBytes(asked, answered, IPPROTO_UDP, 5),
                   half = flowBytes(asked, answered, IPPROTO_UDP, {}, 5);
  CHECK(fits(address, readFlow(plain)));
  CHECK_FALSE(fits(address, readFlow(zoned)));
  CHECK_FALSE(fits(address, readFlow(half)));
}

TEST_CASE("addresses and ranges of both families are read") {
  CHECK(parseRange("172.16.0.0/24")->range.bits == 24);
  CHECK(parseRange("172.16.0.2")->range.bits == 32);
  CHECK(parseRange("fd00::2")->range.bits == 128);
  CHECK(parseRange("fd00::/64")->family == AF_INET6);
  for (const char* text : {"", "172.16.0", "172.16.0.0/", "172.16.0.0/0", "172.16.0.0/33", "fd00::/129",
                           "172.16.0.0/24x", "172.16.0.0/-1", "x/24"})
    CHECK_FALSE(parseRange(text));
  const ByteVector bytes =
      flowBytes({"fd00::2", "2001:db8::9", 5, 53}, {"2001:db8::9", "2001:db8::2", 53, 5});
  FlowPattern pattern = patternOf(AF_INET6);
  pattern.originalSource = rangeOf("fd00::/64");
  CHECK(fits(pattern, readFlow(bytes)));
  pattern.originalSource = rangeOf("fd00:0:0:1::/64");
  CHECK_FALSE(fits(pattern, readFlow(bytes)));
}

TEST_CASE("no pattern means everything") {
  CHECK_THROWS_AS(requireBounded(patternOf()), std::invalid_argument);
  FlowPattern ports = patternOf();
  ports.protocol = IPPROTO_UDP;
  ports.originalDestinationPorts = PortSpan{53, 53};
  CHECK_THROWS_AS(requireBounded(ports), std::invalid_argument);
  FlowPattern all = patternOf();
  all.replySource = AddressRange{};
  CHECK_THROWS_AS(requireBounded(all), std::invalid_argument);
  FlowPattern portless = patternOf();
  portless.replySource = rangeOf("172.16.0.2");
  CHECK_NOTHROW(requireBounded(portless));
  portless.replySourcePorts = PortSpan{80, 80};
  CHECK_THROWS_AS(requireBounded(portless), std::invalid_argument);
}

TEST_CASE("a removal names one flow by its tuple and its number") {
  const ByteVector bytes = flowBytes(asked, answered);
  const Flow flow = readFlow(bytes);
  const ByteVector removal = removeFlow(flow);
  CHECK_NOTHROW(requireTuple(removal));
  const auto header = readAt<nlmsghdr>(removal);
  CHECK(header.nlmsg_type == (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE));
  CHECK(header.nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
  const auto attributes = Bytes(removal).subspan(NLMSG_HDRLEN + sizeof(nfgenmsg));
  CHECK(std::ranges::equal(findAttribute(attributes, CTA_TUPLE_ORIG)->payload, flow.originalAttribute));
  CHECK(std::ranges::equal(findAttribute(attributes, CTA_ID)->payload, flow.id));
  CHECK_FALSE(findAttribute(attributes, CTA_FILTER));
}

TEST_CASE("a removal without a tuple is never sent") {
  const auto removal = [](auto&& attributes) {
    Writer writer;
    const auto mark =
        writer.beginMessage(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK);
    writer.patch(writer.reserve(sizeof(nfgenmsg)), nfgenmsg{AF_INET, 0, 0});
    attributes(writer);
    writer.endMessage(mark);
    return writer.take();
  };
  CHECK_THROWS_AS(requireTuple(Bytes()), std::logic_error);
  CHECK_THROWS_AS(requireTuple(removal([](Writer&) {})), std::logic_error);
  CHECK_THROWS_AS(requireTuple(removal([](Writer& writer) { writer.number(CTA_MARK, 1); })),
                  std::logic_error);
  CHECK_THROWS_AS(requireTuple(removal(
                      [](Writer& writer) { writer.endNest(writer.beginNest(CTA_FILTER | NLA_F_NESTED)); })),
                  std::logic_error);
  // One that says nothing is none.
  CHECK_THROWS_AS(requireTuple(removal([](Writer& writer) {
                    writer.endNest(writer.beginNest(CTA_TUPLE_ORIG | NLA_F_NESTED));
                  })),
                  std::logic_error);
}

TEST_CASE("the kernel's filter is used only for what it can say") {
  FlowPattern published = patternOf();
  published.protocol = IPPROTO_UDP;
  published.originalDestinationPorts = PortSpan{8080, 8080};
  published.replySource = rangeOf("172.16.0.2");
  published.replySourcePorts = PortSpan{80, 80};
  const auto removal = removeFitting(published);
  REQUIRE(removal);
  CHECK_NOTHROW(requireTuple(*removal));
  const auto attributes = Bytes(*removal).subspan(NLMSG_HDRLEN + sizeof(nfgenmsg));
  const auto filter = findAttribute(attributes, CTA_FILTER);
  REQUIRE(filter);
  CHECK(readAt<uint32_t>(findAttribute(filter->payload, CTA_FILTER_ORIG_FLAGS)->payload) ==
        (1U << 3 | 1U << 5));
  CHECK(readAt<uint32_t>(findAttribute(filter->payload, CTA_FILTER_REPLY_FLAGS)->payload) ==
        (1U << 0 | 1U << 3 | 1U << 4));
  const auto changed = [&](auto&& change) {
    FlowPattern pattern = published;
    change(pattern);
    return removeFitting(pattern).has_value();
  };
  CHECK_FALSE(changed([](auto& one) { one.protocol = IPPROTO_SCTP; }));
  CHECK_FALSE(changed([](auto& one) { one.originalDestinationPorts = PortSpan{8080, 8081}; }));
  CHECK_FALSE(changed([](auto& one) { one.replySourcePorts = PortSpan{80, 81}; }));
  CHECK_FALSE(changed([](auto& one) { one.replySource = rangeOf("172.16.0.0/24"); }));
  CHECK(changed([](auto& one) { one.originalDestination = rangeOf("192.0.2.2"); }));
  FlowPattern six = patternOf(AF_INET6);
  six.replySource = rangeOf("fd00::2");
  CHECK_FALSE(removeFitting(six));
}
