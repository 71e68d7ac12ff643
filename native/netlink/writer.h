// Writes netlink messages into one growing buffer. Knows lengths and alignment, nothing of meaning.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace netplumb {

using ByteVector = std::vector<uint8_t>;
using Bytes = std::span<const uint8_t>;

class Writer {
 public:
  // A place whose length is filled in when the message or nest is closed.
  using Mark = size_t;

  Mark beginMessage(uint16_t type, uint16_t flags);
  void endMessage(Mark message);

  // Appends `size` zero bytes, padded to four, and returns their offset.
  size_t reserve(size_t size);

  // Appends an attribute and returns the offset of its payload. std::length_error past 65,531 bytes: nla_len
  // has 16 bits.
  size_t attribute(uint16_t type, Bytes payload);
  size_t text(uint16_t type, std::string_view text);
  template <typename T>
  size_t number(uint16_t type, T value) {
    return attribute(type, {reinterpret_cast<const uint8_t*>(&value), sizeof value});
  }

  Mark beginNest(uint16_t type);
  void endNest(Mark nest);  // std::length_error likewise

  template <typename T>
  void patch(size_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }

  void patch(size_t offset, Bytes value) { std::memcpy(bytes_.data() + offset, value.data(), value.size()); }

  // The nests that are not closed yet, from the outermost.
  const std::vector<Mark>& openNests() const { return open_; }

  size_t size() const { return bytes_.size(); }
  const ByteVector& bytes() const { return bytes_; }
  ByteVector take() { return std::move(bytes_); }

 private:
  ByteVector bytes_;
  std::vector<Mark> open_;
};

}  // namespace netplumb
