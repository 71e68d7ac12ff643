// Values do not matter here, only that each has the length its type has.
#include "fuzz/every_row.h"

#include <linux/rtnetlink.h>

#include <algorithm>

namespace netplumb::fuzz {

namespace {

constexpr int deepest = 4;  // a veth's peer is a link again

class MessageOfEveryRow {
 public:
  explicit MessageOfEveryRow(const Kind& kind) : kind_(kind) {}

  ByteVector of(const Object& object) {
    writer_.reserve(object.header->size);
    attributes(*object.attributes);
    return writer_.take();
  }

 private:
  void attributes(const Table& table) {
    if (++depth_ <= deepest)
      for (const Row& row : table.rows) attribute(row);
    depth_--;
  }

  void nest(const Row& row, const Table* table, size_t header = 0) {
    const auto mark = writer_.beginNest(row.number);
    writer_.reserve(header);
    if (table) attributes(*table);
    writer_.endNest(mark);
  }

  void attribute(const Row& row) {
    switch (row.type) {
      case Type::Nested:
        return nest(row, row.table);
      case Type::LinkData:
        return nest(row, kind_.data);
      case Type::PortData:
        return nest(row, kind_.port);
      case Type::PeerInfo:
        return nest(row, row.table, sizeof(ifinfomsg));
      case Type::List: {
        const auto mark = writer_.beginNest(row.number);
        for (int element = 0; element < 2; element++) attribute(row.table->rows[0]);
        return writer_.endNest(mark);
      }
      case Type::Repeated:
        for (int element = 0; element < 2; element++) attribute(row.table->rows[0]);
        return;
      case Type::NextHops: {
        const auto mark = writer_.beginNest(row.number);
        const size_t hop = writer_.reserve(sizeof(rtnexthop));
        attributes(*row.table);
        writer_.patch(hop, static_cast<uint16_t>(writer_.size() - hop));
        return writer_.endNest(mark);
      }
      case Type::Struct:
        return zeros(row, row.table->size);
      case Type::Text:
        writer_.text(row.number, row.name == "kind" || row.name == "slaveKind" ? kind_.name : "text");
        return;
      default:
        return zeros(row, sizeOf(row));
    }
  }

  void zeros(const Row& row, size_t size) { writer_.attribute(row.number, ByteVector(size)); }

  static size_t sizeOf(const Row& row) {
    switch (row.type) {
      case Type::Flag:
        return 0;
      case Type::BridgeId:
      case Type::U64Array:
        return 8;
      case Type::Mac:
        return 6;
      default:
        return std::max<size_t>(widthOf(row), 4);
    }
  }

  Writer writer_;
  const Kind& kind_;
  int depth_ = 0;
};

}  // namespace

ByteVector everyRow(const Object& object, const Kind& kind) { return MessageOfEveryRow(kind).of(object); }

}  // namespace netplumb::fuzz
