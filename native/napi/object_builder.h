// The Builder of netlink/decode.h that makes JavaScript values.
#pragma once

#include <napi.h>

#include "napi/shapes.h"
#include "netlink/reader.h"

namespace netplumb {

class ObjectBuilder {
 public:
  using Value = napi_value;

  ObjectBuilder(Napi::Env env, Shapes& shapes) : env_(env), shapes_(shapes) {}

  Value boolean(bool value) { return Napi::Boolean::New(env_, value); }
  Value number(double value) { return Napi::Number::New(env_, value); }
  Value bigint(uint64_t value) { return Napi::BigInt::New(env_, value); }
  Value signedBigint(int64_t value) { return Napi::BigInt::New(env_, value); }
  Value text(std::string_view value) { return Napi::String::New(env_, value.data(), value.size()); }
  Value bytes(Bytes value);
  Value array(std::vector<Value>&& elements);
  Value numbers(Type type, Bytes value);
  Value object(Shapes::Fields&& fields) { return shapes_.make(env_, fields); }

 private:
  Napi::Env env_;
  Shapes& shapes_;
};

}  // namespace netplumb
