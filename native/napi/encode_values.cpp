// One JavaScript value as what a row takes: its type and its range, or an error that names the option's path.
// Knows nothing of messages: where the bytes go is encode.cpp's.
#include <cmath>
#include <optional>
#include <utility>

#include "napi/encode.h"
#include "netlink/text_value.h"

namespace netplumb {

static std::pair<double, double> rangeOf(Type type) {
  switch (type) {
    case Type::U8:
      return {0, UINT8_MAX};
    case Type::S8:
      return {INT8_MIN, INT8_MAX};
    case Type::S16:
      return {INT16_MIN, INT16_MAX};
    case Type::U16:
    case Type::Be16:
      return {0, UINT16_MAX};
    case Type::S32:
      return {INT32_MIN, INT32_MAX};
    case Type::LinkIndex:
      return {0, INT32_MAX};
    default:
      return {0, UINT32_MAX};
  }
}

uint64_t RequestEncoder::integer(const Row& row, Napi::Value value) const {
  if (widthOf(row) == sizeof(uint64_t)) {
    if (!value.IsBigInt()) wrongType("a bigint", value);
    bool lossless = false;
    const auto big = value.As<Napi::BigInt>();
    const uint64_t bits =
        row.type == Type::S64 ? static_cast<uint64_t>(big.Int64Value(&lossless)) : big.Uint64Value(&lossless);
    if (!lossless) outOfRange("must fit into 64 bits");
    return bits;
  }
  if (!value.IsNumber()) wrongType("an integer", value);
  const double number = value.As<Napi::Number>().DoubleValue();
  auto [low, high] = rangeOf(row.type);
  if (row.minimum != INT64_MIN) low = static_cast<double>(row.minimum);
  if (row.maximum != INT64_MAX) high = static_cast<double>(row.maximum);
  if (!(number >= low && number <= high) || std::trunc(number) != number)
    outOfRange("must be an integer from " + std::to_string(static_cast<int64_t>(low)) + " to " +
               std::to_string(static_cast<int64_t>(high)));
  return static_cast<uint64_t>(static_cast<int64_t>(number));
}

uint64_t RequestEncoder::named(const Row& row, Napi::Value value) const {
  if (!row.names.any()) return integer(row, value);
  const auto one = [&](Napi::Value element) -> uint64_t {
    if (!element.IsString()) return integer(row, element);
    const std::string name = text(element);
    std::string known;
    for (const Name& candidate : row.names.list) {
      if (candidate.name == name) return candidate.value;
      known += (known.empty() ? "" : ", ") + std::string(candidate.name);
    }
    outOfRange("must be one of " + known);
  };
  if (!row.names.bits || !value.IsArray()) return one(value);
  uint64_t mask = 0;
  const auto names = value.As<Napi::Array>();
  for (uint32_t i = 0; i < names.Length(); i++) mask |= one(names.Get(i));
  return mask;
}

std::string RequestEncoder::text(Napi::Value value) const {
  if (!value.IsString()) wrongType("a string", value);
  std::string string = value.As<Napi::String>().Utf8Value();
  if (string.find('\0') != std::string::npos) outOfRange("must not contain NUL");
  return string;
}

static std::string_view exampleOf(Type type) {
  switch (type) {
    case Type::Mac:
      return "a MAC address such as 02:00:00:00:00:01";
    case Type::BridgeId:
      return "a bridge id such as 8000.020000000001";
    case Type::Ipv4:
      return "an IPv4 address such as 172.16.0.1";
    case Type::Ipv6:
      return "an IPv6 address such as fd00::1";
    default:
      return "an IP address";
  }
}

ByteVector RequestEncoder::addressBytes(const Row& row, Napi::Value value) const {
  auto bytes = textPayload(row, text(value));
  if (!bytes) outOfRange("must be " + std::string(exampleOf(row.type)));
  return std::move(*bytes);
}

Napi::Object RequestEncoder::object(Napi::Value value) const {
  if (!value.IsObject() || value.IsArray() || value.IsFunction()) wrongType("an object", value);
  return value.As<Napi::Object>();
}

Napi::Array RequestEncoder::array(Napi::Value value) const {
  if (!value.IsArray()) wrongType("an array", value);
  return value.As<Napi::Array>();
}

void RequestEncoder::wrongType(std::string_view expected, Napi::Value value) const {
  static constexpr const char* names[] = {"undefined", "null",      "a boolean",  "a number",  "a string",
                                          "a symbol",  "an object", "a function", "an object", "a bigint"};
  throw Napi::TypeError::New(env_,
                             where() + " must be " + std::string(expected) + ", not " + names[value.Type()]);
}

void RequestEncoder::outOfRange(std::string_view expected) const {
  throw Napi::RangeError::New(env_, where() + " " + std::string(expected));
}

// What the verbs on links take for these attributes: an error names the option that was given.
static constexpr std::pair<std::string_view, std::string_view> linkOptions[] = {
    {"linkInfo.data.peer", "peer"},     {"linkInfo.data", "data"},          {"linkInfo.kind", "kind"},
    {"linkInfo.slaveData", "portData"}, {"linkInfo.slaveKind", "portKind"},
};

std::string RequestEncoder::where() const {
  std::string path;
  for (const std::string& part : path_) path += (path.empty() ? "" : ".") + part;
  if (operation_.starts_with("link."))
    for (const auto& [attribute, option] : linkOptions)
      if (path.starts_with(attribute) && (path.size() == attribute.size() || path[attribute.size()] == '.')) {
        path.replace(0, attribute.size(), option);
        break;
      }
  return operation_ + ": " + path;
}

}  // namespace netplumb
