// What must hold for every attribute table, so that codec, error paths and generator may rely on it. Whether
// the numbers are the kernel's is checked against its headers in test/unit/tables.test.ts.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "job/objects.h"
#include "netlink/decode.h"
#include "netlink/next_hop_table.h"
#include "rtnl/objects.h"

namespace netplumb {

// Every table reachable from objects and kinds, each once.
static std::vector<const Table*> allTables() {
  std::vector<const Table*> tables;
  const auto visit = [&](auto& self, const Table* table) -> void {
    if (!table || std::find(tables.begin(), tables.end(), table) != tables.end()) return;
    tables.push_back(table);
    for (const Row& row : table->rows) self(self, row.table);
  };
  for (const Object* object : objects()) {
    visit(visit, object->header);
    visit(visit, object->attributes);
  }
  for (const Kind* kind : linkKinds()) {
    visit(visit, kind->data);
    visit(visit, kind->port);
  }
  visit(visit, &nextHopHeader);
  return tables;
}

static bool sharesNameWith(const Table& table, const Table* header) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const Row& row) { return findByName(*header, row.name) != nullptr; });
}

template <typename Check>
static void everyRow(Check check) {
  for (const Table* table : allTables())
    for (const Row& row : table->rows) {
      CAPTURE(std::string(table->name));
      CAPTURE(std::string(row.name));
      check(*table, row);
    }
}

TEST_CASE("table names are unique, for nested tables are described by name") {
  std::set<std::string_view> names;
  for (const Table* table : allTables()) CHECK(names.insert(table->name).second);
  CHECK(names.size() > 20);
}

TEST_CASE("numbers, names and kernel names are unique within a table") {
  for (const Table* table : allTables()) {
    CAPTURE(std::string(table->name));
    std::set<uint16_t> numbers;
    std::set<std::string_view> names, kernelNames;
    for (const Row& row : table->rows) {
      CAPTURE(std::string(row.name));
      CHECK(numbers.insert(row.number).second);
      CHECK(names.insert(row.name).second);
      CHECK(kernelNames.insert(row.kernel).second);
    }
  }
}

// Whether its rows are what a sibling chooses from: they are named as the kernel's kinds are.
static bool isChosenFrom(const Table& table) {
  bool chosen = false;
  everyRow([&](const Table&, const Row& row) {
    if (row.type == Type::Choice && row.table == &table) chosen = true;
  });
  return chosen;
}

TEST_CASE("names are camelCase and none is `unknown`, which holds what no row describes") {
  everyRow([](const Table& table, const Row& row) {
    REQUIRE_FALSE(row.name.empty());
    CHECK(std::islower(static_cast<unsigned char>(row.name[0])));
    const bool choice = isChosenFrom(table);
    CHECK(std::all_of(row.name.begin(), row.name.end(),
                      [&](unsigned char c) { return std::isalnum(c) || (choice && c == '_'); }));
    CHECK(row.name != "unknown");
  });
}

TEST_CASE("every row says its meaning in words that end with a full stop") {
  everyRow([](const Table&, const Row& row) {
    CHECK(row.meaning.size() > 4);
    CHECK(row.meaning.ends_with('.'));
    CHECK_FALSE(row.kernel.empty());
  });
}

TEST_CASE("a row is found by its number wherever it stands, and no table is too long for the decoder") {
  for (const Table* table : allTables()) {
    CAPTURE(table->name);
    CHECK(table->rows.size() <= mostRows);
    for (const Row& row : table->rows) CHECK(findByNumber(*table, row.number)->number == row.number);
    CHECK(findByNumber(*table, 60000) == nullptr);
  }
  static constexpr Row rows[] = {
      {"b", 5, "", Type::U8, ""}, {"a", 2, "", Type::U8, ""}, {"c", 9, "", Type::U8, ""}};
  static constexpr Table unordered{"Unordered", rows};
  for (const Row& row : rows) CHECK(findByNumber(unordered, row.number) == &row);
  for (const uint16_t none : {0, 1, 3, 6, 10}) CHECK(findByNumber(unordered, none) == nullptr);
}

TEST_CASE("rows that contain others have their table, and only they") {
  everyRow([](const Table&, const Row& row) {
    switch (row.type) {
      case Type::Struct:
      case Type::Structs:
        REQUIRE(row.table);
        CHECK(row.table->size > 0);
        break;
      case Type::Choice:
        REQUIRE(row.table);
        for (const Row& choice : row.table->rows)
          CHECK((choice.type == Type::Nested || choice.type == Type::Struct));
        break;
      case Type::List:
        REQUIRE(row.table);
        CHECK(row.table->rows.size() == 1);
        break;
      case Type::Repeated:  // and each element is such an attribute
        REQUIRE(row.table);
        REQUIRE(row.table->rows.size() == 1);
        CHECK(row.table->rows[0].number == row.number);
        break;
      case Type::Nested:
      case Type::NextHops:
      case Type::PeerInfo:
        REQUIRE(row.table);
        CHECK(row.table->size == 0);
        break;
      default:
        CHECK(row.table == nullptr);
    }
  });
}

TEST_CASE("a struct's fields are of fixed width, aligned, within its size, and do not overlap") {
  for (const Table* table : allTables()) {
    if (table->size == 0) continue;
    CAPTURE(std::string(table->name));
    size_t end = 0;
    for (const Row& row : table->rows) {
      CAPTURE(std::string(row.name));
      if (row.type == Type::Structs) {  // behind the fields
        CHECK(&row == &table->rows.back());
        CHECK(row.number == table->size);
        continue;
      }
      const size_t width = widthOf(row);
      REQUIRE(width > 0);
      CHECK(row.number % (row.type == Type::Struct ? 4 : width) == 0);
      CHECK(row.number >= end);
      end = row.number + width;
      CHECK(end <= table->size);
    }
  }
}

TEST_CASE(
    "attribute numbers leave nla_type's two flag bits alone, and 0 to padding, numbered lists and one "
    "exception") {
  everyRow([](const Table& table, const Row& row) {
    if (table.size > 0) return;
    CHECK(row.number <= 0x3fff);
    if (row.number == 0) CHECK((table.rows.size() == 1 || row.kernel == "IFLA_BRIDGE_FLAGS"));
  });
}

TEST_CASE("what a sibling chooses stands beside that sibling") {
  everyRow([](const Table& table, const Row& row) {
    if (row.type == Type::LinkData || row.type == Type::Choice) CHECK(findByName(table, "kind"));
    if (row.type == Type::PortData) CHECK(findByName(table, "slaveKind"));
  });
}

TEST_CASE("a header and the attributes after it share no name, for they become one object") {
  for (const Object* object : objects()) {
    CAPTURE(std::string(object->name));
    CHECK_FALSE(sharesNameWith(*object->attributes, object->header));
  }
  everyRow([](const Table&, const Row& row) {
    if (row.type == Type::NextHops) CHECK_FALSE(sharesNameWith(*row.table, &nextHopHeader));
  });
}

TEST_CASE("named values are unique, fit their type, and bits are single bits") {
  everyRow([](const Table&, const Row& row) {
    if (!row.names.any()) return;
    const size_t width = widthOf(row);
    REQUIRE(width > 0);
    std::set<std::string_view> names;
    std::set<uint32_t> values;
    for (const Name& name : row.names.list) {
      CAPTURE(std::string(name.name));
      CHECK(names.insert(name.name).second);
      CHECK(values.insert(name.value).second);
      CHECK((width >= 4 || name.value < 1u << (8 * width)));
      if (row.names.bits) CHECK((name.value != 0 && (name.value & (name.value - 1)) == 0));
    }
  });
}

TEST_CASE("a range is one, and within what the type holds") {
  everyRow([](const Table&, const Row& row) {
    CHECK(row.minimum <= row.maximum);
    const size_t width = widthOf(row);
    if (row.maximum != INT64_MAX && width > 0 && width < 8) CHECK(row.maximum < int64_t{1} << (8 * width));
  });
}

TEST_CASE("every kind is found by its name") {
  for (const Kind* kind : linkKinds()) CHECK(findLinkKind(kind->name) == kind);
  CHECK(findLinkKind("bridge")->port != nullptr);
  CHECK(findLinkKind("no such kind") == nullptr);
}

}  // namespace netplumb
