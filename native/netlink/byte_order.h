// Between the host's byte order and the network's.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

namespace netplumb {

// The same both ways.
template <std::unsigned_integral T>
constexpr T networkOrder(T value) {
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  return static_cast<T>(__builtin_bswap64(value));
}

}  // namespace netplumb
