// Looks rows up. Tables are short and hot in cache: a scan beats a hash map.
#include "netlink/table.h"

namespace netplumb {

const Row* findByName(const Table& table, std::string_view name) {
  for (const Row& row : table.rows)
    if (row.name == name) return &row;
  return nullptr;
}

const Row* findByNumber(const Table& table, uint16_t number) {
  for (const Row& row : table.rows)
    if (row.number == number) return &row;
  return nullptr;
}

}  // namespace netplumb
