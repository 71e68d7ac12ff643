#include "netfilter/flow.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "netlink/text.h"

namespace netplumb {

static Bytes needed(Bytes attributes, uint16_t type) {
  const auto found = findAttribute(attributes, type);
  if (!found) throw MalformedMessage("flow has no addresses or no protocol");
  return found->payload;
}

static FlowAddress readAddress(uint8_t family, Bytes payload) {
  if (payload.size() != (family == AF_INET ? 4U : 16U)) throw MalformedMessage("address has a bad length");
  FlowAddress address{};
  std::ranges::copy(payload, address.begin());
  return address;
}

static uint16_t readPort(Bytes protocol, uint16_t type) {
  const auto port = findAttribute(protocol, type);
  return port ? ntohs(readAt<uint16_t>(port->payload)) : uint16_t{0};
}

static FlowTuple readTuple(uint8_t family, Bytes attributes) {
  const bool v4 = family == AF_INET;
  const Bytes addresses = needed(attributes, CTA_TUPLE_IP);
  const Bytes protocol = needed(attributes, CTA_TUPLE_PROTO);
  return {readAddress(family, needed(addresses, v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC)),
          readAddress(family, needed(addresses, v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST)),
          readAt<uint8_t>(needed(protocol, CTA_PROTO_NUM)), readPort(protocol, CTA_PROTO_SRC_PORT),
          readPort(protocol, CTA_PROTO_DST_PORT)};
}

Flow readFlow(Bytes payload) {
  Flow flow;
  flow.family = readAt<nfgenmsg>(payload).nfgen_family;
  if (flow.family != AF_INET && flow.family != AF_INET6) throw MalformedMessage("flow is of no known family");
  std::optional<Bytes> original, reply;
  for (AttributeReader reader(payload.subspan(sizeof(nfgenmsg))); const auto one = reader.next();) {
    if (one->type == CTA_TUPLE_ORIG) original = one->payload;
    if (one->type == CTA_TUPLE_REPLY) reply = one->payload;
    if (one->type == CTA_ID) flow.id = one->payload;
    if (one->type == CTA_ZONE) flow.zoned = true;
  }
  if (!original || !reply) throw MalformedMessage("flow lacks a direction");
  flow.original = readTuple(flow.family, *original);
  flow.reply = readTuple(flow.family, *reply);
  // A zone of one direction only.
  if (findAttribute(*original, CTA_TUPLE_ZONE) || findAttribute(*reply, CTA_TUPLE_ZONE)) flow.zoned = true;
  flow.originalAttribute = *original;
  return flow;
}

std::optional<ParsedRange> parseRange(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = parseIp(text.substr(0, slash));
  if (!address) return std::nullopt;
  ParsedRange parsed{static_cast<uint8_t>(address->size() == 4 ? AF_INET : AF_INET6), {}};
  std::ranges::copy(*address, parsed.range.first.begin());
  const auto most = static_cast<uint8_t>(address->size() * 8);
  parsed.range.bits = most;
  if (slash == std::string_view::npos) return parsed;
  const std::string_view digits = text.substr(slash + 1);
  const char* const end = digits.data() + digits.size();
  const auto [after, error] = std::from_chars(digits.data(), end, parsed.range.bits);
  if (error != std::errc() || after != end || parsed.range.bits == 0 || parsed.range.bits > most)
    return std::nullopt;
  return parsed;
}

void requireBounded(const FlowPattern& pattern) {
  const auto narrow = [](const std::optional<AddressRange>& range) { return range && range->bits > 0; };
  if (!narrow(pattern.originalSource) && !narrow(pattern.originalDestination) && !narrow(pattern.replySource))
    throw std::invalid_argument("flows are meant by an address at least");
  if (!pattern.protocol && (pattern.originalDestinationPorts || pattern.replySourcePorts))
    throw std::invalid_argument("ports are a protocol's");
}

static bool isIn(const std::optional<AddressRange>& range, const FlowAddress& address) {
  if (!range) return true;
  const size_t whole = range->bits / 8, rest = range->bits % 8;
  if (!std::equal(address.begin(), address.begin() + whole, range->first.begin())) return false;
  return rest == 0 || (address[whole] ^ range->first[whole]) >> (8 - rest) == 0;
}

static bool isIn(const std::optional<PortSpan>& span, uint16_t port) {
  return !span || (span->first <= port && port <= span->last);
}

bool fits(const FlowPattern& pattern, const Flow& flow) {
  return !flow.zoned && flow.family == pattern.family &&
         (!pattern.protocol || *pattern.protocol == flow.original.protocol) &&
         isIn(pattern.originalSource, flow.original.source) &&
         isIn(pattern.originalDestination, flow.original.destination) &&
         isIn(pattern.replySource, flow.reply.source) &&
         isIn(pattern.originalDestinationPorts, flow.original.destinationPort) &&
         isIn(pattern.replySourcePorts, flow.reply.sourcePort);
}

}  // namespace netplumb
