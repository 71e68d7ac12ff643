// A connection that the kernel tracks, as far as netplumb looks at it, and which ones are meant. Reads the
// bytes ctnetlink sends (linux/netfilter/nfnetlink_conntrack.h). Knows no socket.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "netlink/reader.h"

namespace netplumb {

// IPv4 fills the first four bytes.
using FlowAddress = std::array<uint8_t, 16>;

// What packets of one direction have: of the first packet, or of what answers it.
struct FlowTuple {
  FlowAddress source{}, destination{};
  uint8_t protocol = 0;
  uint16_t sourcePort = 0, destinationPort = 0;  // 0 where the protocol has none
};

struct Flow {
  uint8_t family = 0;
  FlowTuple original, reply;
  bool zoned = false;  // in a zone that somebody made, where addresses mean something else
  // As the kernel wrote them: what names just this flow. Parts of the message that was read.
  Bytes originalAttribute, id;
};

// A flow in the payload of an IPCTNL_MSG_CT_NEW; MalformedMessage for anything that is none.
Flow readFlow(Bytes payload);

struct AddressRange {
  FlowAddress first{};
  uint8_t bits = 0;  // that count
};

struct PortSpan {
  uint16_t first, last;
};

// What a flow must be to be meant. What is absent is not looked at, but for the zone: never one that somebody
// made.
struct FlowPattern {
  uint8_t family = 0;                                                            // AF_INET, AF_INET6
  std::optional<AddressRange> originalSource, originalDestination, replySource;  // at least one
  std::optional<uint8_t> protocol;
  std::optional<PortSpan> originalDestinationPorts, replySourcePorts;  // only with a protocol
};

// '172.16.0.2', '172.16.0.0/24', 'fd00::/64', with its family.
struct ParsedRange {
  uint8_t family;
  AddressRange range;
};
std::optional<ParsedRange> parseRange(std::string_view text);

// std::invalid_argument for a pattern that is too wide to be meant: without an address, with ports and no
// protocol.
void requireBounded(const FlowPattern& pattern);

bool fits(const FlowPattern& pattern, const Flow& flow);

}  // namespace netplumb
