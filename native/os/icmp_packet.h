// ICMP messages as bytes: building an echo request, and reading what a raw IPv4 socket delivers. Opens
// nothing, so that every length check can be tested without a socket. Internal to os/.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace netplumb {

/// Recognises our own request again: 16 bits of identifier are shared with every ping on the machine, the
/// token is not.
struct EchoKey {
  uint16_t identifier;
  uint16_t sequence;
  std::array<uint8_t, 16> token;
};

std::array<uint8_t, 24> buildEchoRequest(const EchoKey& key);

/// An IPv4 packet that holds a whole ICMP header. `body` is what follows the eight bytes of it.
struct IcmpPacket {
  in_addr source;
  in_addr destination;
  int ttl;
  uint8_t type;
  uint8_t code;
  uint16_t identifier;  ///< of an echo request or reply; meaningless in an error
  uint16_t sequence;
  std::span<const uint8_t> body;
};

/// nullopt for anything shorter than its own length fields say, and for anything but ICMP.
std::optional<IcmpPacket> parseIcmp(std::span<const uint8_t> packet);

bool isReplyTo(const IcmpPacket& packet, const EchoKey& key);

/// Whether it is an error about our request to `target`: the quoted packet names both. Routers need to quote
/// no more than its first eight bytes, so the token cannot be asked for.
bool isErrorAbout(const IcmpPacket& packet, const EchoKey& key, in_addr target);

/// EHOSTUNREACH or ENETUNREACH, and the sentence for it, of an error's type and code.
struct IcmpError {
  int errnum;
  const char* reason;
};
IcmpError describeError(uint8_t type, uint8_t code);

}  // namespace netplumb
