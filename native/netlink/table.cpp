// Looks rows up. Tables are short and hot in cache: no hash map is worth it.
#include "netlink/table.h"

#include <algorithm>

namespace netplumb {

const Row* findByName(const Table& table, std::string_view name) {
  for (const Row& row : table.rows)
    if (row.name == name) return &row;
  return nullptr;
}

static const Row* scanForNumber(const Table& table, uint16_t number) {
  for (const Row& row : table.rows)
    if (row.number == number) return &row;
  return nullptr;
}

// Rows mostly stand in the order of their numbers, with gaps: a row is hardly ever behind the place of its
// number, and close before it.
const Row* findByNumber(const Table& table, uint16_t number) {
  if (table.rows.empty() || number < table.rows.front().number) return scanForNumber(table, number);
  size_t place = std::min<size_t>(number - table.rows.front().number, table.rows.size() - 1);
  while (place > 0 && table.rows[place].number > number) place--;
  return table.rows[place].number == number ? &table.rows[place] : scanForNumber(table, number);
}

size_t widthOf(const Row& row) {
  switch (row.type) {
    case Type::Bool:
    case Type::U8:
    case Type::S8:
      return 1;
    case Type::U16:
    case Type::S16:
    case Type::Be16:
      return 2;
    case Type::U32:
    case Type::S32:
    case Type::Be32:
    case Type::Ipv4:
    case Type::LinkIndex:
    case Type::NamespaceFd:
    case Type::TcHandle:
      return 4;
    case Type::U64:
    case Type::Be64:
    case Type::S64:
      return 8;
    case Type::Ipv6:
      return 16;
    case Type::Struct:
      return row.table->size;
    default:
      return 0;
  }
}

}  // namespace netplumb
