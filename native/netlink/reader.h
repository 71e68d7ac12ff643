// Reads netlink bytes. Every length in a message is input: it is checked before anything is sliced.
#pragma once

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

// Text up to its NUL, or to the end where the kernel sent none.
std::string_view readText(Bytes bytes);

std::optional<AttributeView> findAttribute(Bytes attributes, uint16_t type);

}  // namespace netplumb
