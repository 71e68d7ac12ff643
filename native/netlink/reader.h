// Reads netlink bytes. Every length in a message is input: it is checked before anything is sliced.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

#include "netlink/writer.h"

namespace netplumb {

// The bytes are not what the kernel's format allows.
class MalformedMessage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct MessageView {
  uint16_t type;
  uint16_t flags;
  uint32_t sequence;
  uint32_t port;
  Bytes payload;  // after the nlmsghdr
  Bytes whole;    // with it
};

struct AttributeView {
  uint16_t type;  // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
  Bytes payload;
};

// Iterates over what stands in a buffer one after the other; next() is empty at the end and throws on a bad
// length.
class MessageReader {
 public:
  explicit MessageReader(Bytes bytes) : rest_(bytes) {}
  std::optional<MessageView> next();

 private:
  Bytes rest_;
};

class AttributeReader {
 public:
  explicit AttributeReader(Bytes bytes) : rest_(bytes) {}
  std::optional<AttributeView> next();

 private:
  Bytes rest_;
};

// The value at `offset`; throws where the bytes are too few.
template <typename T>
T readAt(Bytes bytes, size_t offset = 0) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
    throw MalformedMessage("value is cut short");
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// Here for the compiler to see: decoding a list calls it a hundred thousand times.
inline std::optional<AttributeView> AttributeReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto header = readAt<nlattr>(rest_);
  if (header.nla_len < NLA_HDRLEN || header.nla_len > rest_.size())
    throw MalformedMessage("netlink attribute has a bad length");
  const Bytes payload = rest_.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
  rest_ = rest_.subspan(std::min<size_t>(NLA_ALIGN(header.nla_len), rest_.size()));
  return AttributeView{static_cast<uint16_t>(header.nla_type & NLA_TYPE_MASK), payload};
}

// Text up to its NUL, or to the end where the kernel sent none.
std::string_view readText(Bytes bytes);

std::optional<AttributeView> findAttribute(Bytes attributes, uint16_t type);

}  // namespace netplumb
