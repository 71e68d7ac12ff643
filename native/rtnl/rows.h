// Puts rows that several tables share together with a table's own.
#pragma once

#include <algorithm>
#include <array>

#include "netlink/table.h"

namespace netplumb {

template <const auto& First, const auto& Second>
inline constexpr auto together = [] {
  std::array<Row, std::size(First) + std::size(Second)> rows{};
  const auto next = std::copy(std::begin(First), std::end(First), rows.begin());
  std::copy(std::begin(Second), std::end(Second), next);
  return rows;
}();

}  // namespace netplumb
