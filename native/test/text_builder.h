// A builder for the decoder that makes text, JSON with a difference: bytes as hex in <>, big integers with an
// n, and properties in the order the decoder found them. What C++ tests compare with.
#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "netlink/decode.h"

namespace netplumb::test {

struct TextBuilder {
  using Value = std::string;
  using Fields = std::vector<std::pair<const Row*, Value>>;

  Value boolean(bool value) { return value ? "true" : "false"; }
  Value number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", value);
    return text;
  }
  Value bigint(uint64_t value) { return std::to_string(value) + 'n'; }
  Value signedBigint(int64_t value) { return std::to_string(value) + 'n'; }
  Value text(std::string_view value) { return '"' + std::string(value) + '"'; }
  Value name(std::string_view value) { return text(value); }
  template <typename Make>
  Value set(const Row&, uint32_t, Make&& make) {
    return array(make());
  }
  Value bytes(Bytes value) {
    std::string text = "<";
    char digits[3];
    for (const uint8_t byte : value) {
      std::snprintf(digits, sizeof digits, "%02x", byte);
      text += digits;
    }
    return text + '>';
  }
  Value numbers(Type, Bytes value) { return bytes(value); }
  Value array(std::vector<Value>&& values) {
    std::string text = "[";
    for (const Value& value : values) text += (text.size() > 1 ? "," : "") + value;
    return text + ']';
  }
  Value object(Fields&& fields) {
    std::string text = "{";
    for (const auto& [row, value] : fields)
      text += (text.size() > 1 ? "," : "") + std::string(row ? row->name : "unknown") + ':' + value;
    return text + '}';
  }
};

}  // namespace netplumb::test
