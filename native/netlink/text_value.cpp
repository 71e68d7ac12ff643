#include "netlink/text_value.h"

#include <linux/netlink.h>

#include <algorithm>

#include "netlink/text.h"

namespace netplumb {

int64_t longestText(const Row& row) {
  // nla_len has 16 bits, and covers its header and the text's NUL.
  constexpr int64_t longest = UINT16_MAX - NLA_HDRLEN - 1;
  return std::min(row.maximum, longest);
}

bool takesText(const Row& row) {
  switch (row.type) {
    case Type::Text:
    case Type::Mac:
    case Type::Ip:
    case Type::Ipv4:
    case Type::Ipv6:
    case Type::BridgeId:
      return true;
    default:
      return false;
  }
}

static std::optional<ByteVector> terminated(const Row& row, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (static_cast<int64_t>(text.size()) > longestText(row)) return std::nullopt;
  ByteVector bytes(text.begin(), text.end());
  // Where the empty text means something, the kernel counts bytes: a NUL would be one of them.
  if (row.minimum != 0) bytes.push_back(0);
  return bytes;
}

std::optional<ByteVector> textPayload(const Row& row, std::string_view text) {
  switch (row.type) {
    case Type::Text:
      return terminated(row, text);
    case Type::Mac:
      return parseMac(text);
    case Type::BridgeId:
      return parseBridgeId(text);
    case Type::Via:
      return parseVia(text);
    default:
      break;
  }
  auto bytes = parseIp(text);
  if (bytes && row.type != Type::Ip && (bytes->size() == 4) != (row.type == Type::Ipv4)) return std::nullopt;
  return bytes;
}

}  // namespace netplumb
