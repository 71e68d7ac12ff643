// Typed arrays own a copy: the receive buffer does not outlive the call.
#include "napi/object_builder.h"

namespace netplumb {

static Napi::ArrayBuffer copy(Napi::Env env, Bytes bytes) {
  auto buffer = Napi::ArrayBuffer::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.Data(), bytes.data(), bytes.size());
  return buffer;
}

ObjectBuilder::Value ObjectBuilder::bytes(Bytes value) {
  return Napi::Uint8Array::New(env_, value.size(), copy(env_, value), 0);
}

ObjectBuilder::Value ObjectBuilder::array(std::vector<Value>&& elements) {
  auto array = Napi::Array::New(env_, elements.size());
  for (size_t i = 0; i < elements.size(); i++) array.Set(static_cast<uint32_t>(i), elements[i]);
  return array;
}

ObjectBuilder::Value ObjectBuilder::numbers(Type type, Bytes value) {
  const size_t width = type == Type::U64Array ? 8 : 4;
  const size_t count = value.size() / width;  // a ragged end is no number
  const auto buffer = copy(env_, value.first(count * width));
  switch (type) {
    case Type::U64Array:
      return Napi::BigUint64Array::New(env_, count, buffer, 0);
    case Type::S32Array:
      return Napi::Int32Array::New(env_, count, buffer, 0);
    default:
      return Napi::Uint32Array::New(env_, count, buffer, 0);
  }
}

}  // namespace netplumb
