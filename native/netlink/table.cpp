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
