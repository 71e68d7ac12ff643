// RFC 791 and 792 as far as an echo needs them. Everything here is input from the network: no field is read
// before its length is known.
#include "os/icmp_packet.h"

#include <netinet/ip_icmp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace netplumb {

namespace {

constexpr size_t kIpHeader = 20;
constexpr size_t kIcmpHeader = 8;

uint16_t read16(std::span<const uint8_t> bytes, size_t offset) {
  return static_cast<uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

void write16(std::span<uint8_t> bytes, size_t offset, uint16_t value) {
  bytes[offset] = static_cast<uint8_t>(value >> 8);
  bytes[offset + 1] = static_cast<uint8_t>(value);
}

in_addr readAddress(std::span<const uint8_t> bytes, size_t offset) {
  in_addr address{};
  std::memcpy(&address.s_addr, bytes.data() + offset, sizeof address.s_addr);
  return address;
}

uint16_t checksum(std::span<const uint8_t> bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += read16(bytes, i);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

// In an error the quoted packet is cut short, so its own total length says nothing there.
std::optional<IcmpPacket> parse(std::span<const uint8_t> packet) {
  if (packet.size() < kIpHeader || packet[0] >> 4 != 4) return std::nullopt;
  size_t header = static_cast<size_t>(packet[0] & 0x0f) * 4;
  if (header < kIpHeader || packet.size() < header + kIcmpHeader) return std::nullopt;
  if (packet[9] != IPPROTO_ICMP) return std::nullopt;
  std::span<const uint8_t> icmp = packet.subspan(header);
  return IcmpPacket{.source = readAddress(packet, 12),
                    .destination = readAddress(packet, 16),
                    .ttl = packet[8],
                    .type = icmp[0],
                    .code = icmp[1],
                    .identifier = read16(icmp, 4),
                    .sequence = read16(icmp, 6),
                    .body = icmp.subspan(kIcmpHeader)};
}

}  // namespace

std::array<uint8_t, 24> buildEchoRequest(const EchoKey& key) {
  std::array<uint8_t, 24> message{};
  message[0] = ICMP_ECHO;
  write16(message, 4, key.identifier);
  write16(message, 6, key.sequence);
  std::copy(key.token.begin(), key.token.end(), message.begin() + kIcmpHeader);
  write16(message, 2, checksum(message));
  return message;
}

std::optional<IcmpPacket> parseIcmp(std::span<const uint8_t> packet) {
  if (packet.size() < kIpHeader || read16(packet, 2) > packet.size()) return std::nullopt;
  return parse(packet.first(read16(packet, 2)));
}

bool isReplyTo(const IcmpPacket& packet, const EchoKey& key) {
  return packet.type == ICMP_ECHOREPLY && packet.identifier == key.identifier &&
         packet.sequence == key.sequence &&
         std::equal(packet.body.begin(), packet.body.end(), key.token.begin(), key.token.end());
}

bool isErrorAbout(const IcmpPacket& packet, const EchoKey& key, in_addr target) {
  if (packet.type != ICMP_DEST_UNREACH && packet.type != ICMP_TIME_EXCEEDED) return false;
  std::optional<IcmpPacket> quoted = parse(packet.body);
  return quoted && quoted->type == ICMP_ECHO && quoted->destination.s_addr == target.s_addr &&
         quoted->identifier == key.identifier && quoted->sequence == key.sequence;
}

IcmpError describeError(uint8_t type, uint8_t code) {
  if (type == ICMP_TIME_EXCEEDED) return {EHOSTUNREACH, "time to live exceeded"};
  switch (code) {
    case ICMP_NET_UNREACH:
    case ICMP_NET_UNKNOWN:
    case ICMP_NET_UNR_TOS:
      return {ENETUNREACH, "destination network unreachable"};
    case ICMP_NET_ANO:
      return {ENETUNREACH, "destination network prohibited"};
    case ICMP_HOST_ANO:
    case ICMP_PKT_FILTERED:
      return {EHOSTUNREACH, "destination prohibited by a filter"};
    case ICMP_PORT_UNREACH:
      return {EHOSTUNREACH, "destination port unreachable, which a REJECT rule sends"};
    default:
      return {EHOSTUNREACH, "destination host unreachable"};
  }
}

}  // namespace netplumb
