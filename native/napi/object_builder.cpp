// Typed arrays hold a copy: the receive buffer does not outlive the call.
#include "napi/object_builder.h"

#include <algorithm>

namespace netplumb {

// The first ArrayBuffer is as large as one value needs, for most answers hold one object; the next ones are
// for lists.
static constexpr size_t chunkSize = 64 * 1024;

ObjectBuilder::Place ObjectBuilder::copy(Bytes bytes) {
  const size_t offset = (used_ + 7) & ~size_t{7};
  if (!data_ || offset + bytes.size() > size_) {
    size_ = std::max(bytes.size(), data_ ? chunkSize : size_t{1024});
    auto buffer = Napi::ArrayBuffer::New(env_, size_);
    data_ = static_cast<uint8_t*>(buffer.Data());
    chunk_ = Napi::Persistent(buffer);
    used_ = 0;
    return copy(bytes);
  }
  if (!bytes.empty()) std::memcpy(data_ + offset, bytes.data(), bytes.size());
  used_ = offset + bytes.size();
  return {chunk_.Value(), offset};
}

ObjectBuilder::Value ObjectBuilder::text(std::string_view value) {
  napi_value result;
  check(napi_create_string_utf8(env_, value.data(), value.size(), &result));
  return plain(result);
}

ObjectBuilder::Value ObjectBuilder::bytes(Bytes value) {
  // Its own: who is handed bytes may hand them on with their ArrayBuffer.
  auto buffer = Napi::ArrayBuffer::New(env_, value.size());
  if (!value.empty()) std::memcpy(buffer.Data(), value.data(), value.size());
  return plain(Napi::Uint8Array::New(env_, value.size(), buffer, 0));
}

ObjectBuilder::Value ObjectBuilder::array(std::vector<Value>&& elements) {
  napi_value result;
  check(napi_create_array_with_length(env_, elements.size(), &result));
  for (size_t i = 0; i < elements.size(); i++)
    check(napi_set_element(env_, result, static_cast<uint32_t>(i), whole(elements[i])));
  return plain(result);
}

ObjectBuilder::Value ObjectBuilder::numbers(Type type, Bytes value) {
  const size_t width = type == Type::U64Array ? 8 : 4;
  const size_t count = value.size() / width;  // a ragged end is no number
  const auto [buffer, offset] = copy(value.first(count * width));
  const auto kind = type == Type::U64Array   ? napi_biguint64_array
                    : type == Type::S32Array ? napi_int32_array
                                             : napi_uint32_array;
  napi_value result;
  check(napi_create_typedarray(env_, kind, count, buffer, offset, &result));
  return plain(result);
}

// Its parts, with those of the objects inside, at the end of all parts. Those inside were put down before,
// and stay there as well: to leave them costs less than to move them.
ObjectBuilder::Value ObjectBuilder::object(Fields&& fields) {
  using Parts = Shapes::Parts;
  auto& [shape, values] = parts_;
  const auto sizeOf = [](const auto& list) { return static_cast<uint32_t>(list.size()); };
  const uint32_t shapeBegin = sizeOf(shape), valuesBegin = sizeOf(values);
  for (const auto& [row, value] : fields) {
    shape.push_back(Parts::property(row, value.given));
    if (value.given != Given::Object) {
      values.push_back(value.bits);
      continue;
    }
    const auto& inside = value.parts;
    for (size_t i = inside.shapeBegin; i < inside.shapeEnd; i++) shape.push_back(shape[i]);
    for (size_t i = inside.valuesBegin; i < inside.valuesEnd; i++) values.push_back(values[i]);
    shape.push_back(Parts::end);
  }
  Value result;
  result.given = Given::Object;
  result.parts = {shapeBegin, sizeOf(shape), valuesBegin, sizeOf(values)};
  return result;
}

napi_value ObjectBuilder::whole(const Value& value) {
  if (value.given != Given::Object) return shapes_.make(env_, value.given, value.bits);
  const auto [shapeBegin, shapeEnd, valuesBegin, valuesEnd] = value.parts;
  return shapes_.make(env_, std::span(parts_.shape).subspan(shapeBegin, shapeEnd - shapeBegin),
                      std::span(parts_.values).subspan(valuesBegin, valuesEnd - valuesBegin));
}

napi_value ObjectBuilder::take(const Value& value) {
  napi_value taken = whole(value);
  parts_.shape.clear();
  parts_.values.clear();
  return taken;
}

}  // namespace netplumb
