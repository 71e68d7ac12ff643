// The Builder of netlink/decode.h that makes JavaScript values. Raw N-API calls: a list of a thousand links
// is a hundred thousand values. Objects inside an object are put down as parts of it, and all made in one
// call.
#pragma once

#include <napi.h>

#include "napi/shapes.h"
#include "netlink/reader.h"

namespace netplumb {

class ObjectBuilder {
 public:
  // Parts of the object, by their places among all parts.
  struct Range {
    uint32_t shapeBegin, shapeEnd, valuesBegin, valuesEnd;
  };
  using Given = Shapes::Parts::Given;
  // A value, what the factory makes one from, or an object that is still in parts.
  struct Value {
    Given given = Given::Plain;
    union {
      Shapes::Bits bits = 0;
      Range parts;
    };
  };
  using Fields = std::vector<std::pair<const Row*, Value>>;

  ObjectBuilder(napi_env env, Shapes& shapes) : env_(env), shapes_(shapes) {}

  Value boolean(bool value) { return {Given::Boolean, {value}}; }
  Value number(uint32_t value) { return {Given::Unsigned, {value}}; }
  Value number(int32_t value) { return {Given::Signed, {static_cast<Shapes::Bits>(int64_t{value})}}; }
  Value bigint(uint64_t value) { return {Given::Bigint, {value}}; }
  Value signedBigint(int64_t value) { return {Given::SignedBigint, {static_cast<Shapes::Bits>(value)}}; }
  Value text(std::string_view value);
  Value name(std::string_view value) { return constant(shapes_.constant(env_, value)); }
  Value bytes(Bytes value);
  Value array(std::vector<Value>&& elements);
  Value numbers(Type type, Bytes value);
  Value object(Fields&& fields);

  template <typename Make>
  Value set(const Row& row, uint32_t bits, Make&& make) {
    if (const auto* kept = shapes_.constantSet(row, bits)) return constant(*kept);
    const Value fresh = array(make());
    const auto* kept = shapes_.keepSet(env_, row, bits, whole(fresh));
    return kept ? constant(*kept) : fresh;
  }

  // The value itself. What is in parts beside it is forgotten.
  napi_value take(const Value& value);

 private:
  static Value constant(uint32_t number) { return {Given::Constant, {number}}; }
  static Value plain(napi_value value) { return {Given::Plain, {reinterpret_cast<Shapes::Bits>(value)}}; }
  // Fails only where the environment is being terminated, and then an exception is what ends the decoding.
  void check(napi_status status) const {
    if (status != napi_ok) throw Napi::Error::New(env_);
  }
  napi_value whole(const Value& value);

  // A place for numbers in an ArrayBuffer that many arrays share: making one costs more than filling it.
  struct Place {
    napi_value buffer;
    size_t offset;
  };
  Place copy(Bytes bytes);

  napi_env env_;
  Shapes& shapes_;
  Shapes::Parts parts_;
  Napi::Reference<Napi::ArrayBuffer> chunk_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0, used_ = 0;
};

}  // namespace netplumb
