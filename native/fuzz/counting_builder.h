// A builder for the decoder that makes nothing and counts: reads every byte it is given, and says how many
// values an object would have held.
#pragma once

#include <numeric>
#include <utility>
#include <vector>

#include "fuzz/target.h"
#include "netlink/decode.h"

namespace netplumb::fuzz {

struct CountingBuilder {
  using Value = size_t;
  using Fields = std::vector<std::pair<const Row*, Value>>;

  Value boolean(bool) { return 1; }
  Value number(double) { return 1; }
  Value bigint(uint64_t) { return 1; }
  Value signedBigint(int64_t) { return 1; }
  Value name(std::string_view value) { return text(value); }
  template <typename Make>
  Value set(const Row&, uint32_t, Make&& make) {
    return array(make());
  }
  Value text(std::string_view value) {
    return bytes({reinterpret_cast<const uint8_t*>(value.data()), value.size()});
  }
  Value bytes(Bytes value) {
    touch(value);
    return 1;
  }
  Value array(std::vector<Value>&& values) { return std::accumulate(values.begin(), values.end(), Value{1}); }
  Value numbers(Type, Bytes value) { return bytes(value); }
  Value object(Fields&& fields) {
    Value values = 1;
    for (const auto& field : fields) values += field.second;
    return values;
  }
};

}  // namespace netplumb::fuzz
