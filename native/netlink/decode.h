// Turns attribute bytes into values by walking the tables. What the values are is the builder's matter:
// JavaScript objects in napi/, text in tests, nothing at all under the fuzzer. Never reads out of bounds;
// throws MalformedMessage only.
//
// A Builder has a type Value and: boolean(bool), number(uint32_t) and number(int32_t), which one is chosen by
// the row's type alone, bigint(uint64_t), signedBigint(int64_t), text(string_view), name(string_view) for
// text that outlives everybody, bytes(Bytes), array(vector<Value>&&), set(const Row&, uint32_t, make) for
// names, where make() gives their vector<Value>, numbers(Type, Bytes) for typed arrays, and object(Fields&&),
// where Fields = vector<pair<const Row*, Value>>; a null Row stands for the property `unknown`.
#pragma once

#include <linux/rtnetlink.h>

#include <algorithm>
#include <bitset>
#include <utility>
#include <vector>

#include "netlink/byte_order.h"
#include "netlink/next_hop_table.h"
#include "netlink/reader.h"
#include "netlink/table.h"
#include "netlink/text.h"

namespace netplumb {

// Finds the table that a sibling attribute chose; from above, so that this room knows no link kinds.
using KindLookup = const Kind* (*)(std::string_view name);

inline constexpr int maximumDepth = 16;

// In one table. tables_test.cpp looks after it.
inline constexpr size_t mostRows = 256;

template <typename Builder>
class Decoder {
 public:
  using Value = typename Builder::Value;
  using Fields = std::vector<std::pair<const Row*, Value>>;

  // Of the object's own attributes those are left out, unread, that `leavesOut` names.
  Decoder(Builder& builder, KindLookup kinds, bool (*leavesOut)(const Row&) = nullptr)
      : builder_(builder), kinds_(kinds), leavesOut_(leavesOut) {}

  // An object as the kernel sends it: fixed header, then attributes.
  Value object(const Object& object, Bytes payload) {
    Scratch fields(*this);
    if (payload.size() < object.header->size) throw MalformedMessage("message is shorter than its header");
    structFields(*object.header, payload, fields);
    attributes(*object.attributes,
               payload.subspan(std::min<size_t>(NLMSG_ALIGN(object.header->size), payload.size())), fields);
    return builder_.object(std::move(fields.list));
  }

 private:
  // Fields in the making. A builder that only reads them leaves their memory for the next ones.
  struct Scratch {
    explicit Scratch(Decoder& owner) : owner(owner) {
      if (owner.spare_.empty()) return;
      list = std::move(owner.spare_.back());
      owner.spare_.pop_back();
    }
    ~Scratch() {
      list.clear();
      owner.spare_.push_back(std::move(list));
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Decoder& owner;
    Fields list;
  };

  void structFields(const Table& table, Bytes bytes, Scratch& fields) {
    for (const Row& row : table.rows) {
      if (row.access == Access::WriteOnly) continue;
      if (row.number > bytes.size()) continue;  // an older kernel's shorter struct
      const Bytes rest = bytes.subspan(row.number);
      if (row.type == Type::Structs) {
        fields.list.emplace_back(&row, structs(*row.table, rest));
        continue;
      }
      const size_t size = widthOf(row);
      if (size == 0 || rest.size() < size) continue;
      fields.list.emplace_back(&row, value(row, {}, rest.first(size)));
    }
  }

  void attributes(const Table& table, Bytes bytes, Scratch& fields) {
    if (++depth_ > maximumDepth) throw MalformedMessage("attributes are nested too deeply");
    AttributeReader reader(bytes);
    std::vector<Value> unknown;
    std::bitset<mostRows> seen;
    std::vector<std::pair<const Row*, std::vector<Value>>> repeated;
    while (const auto attribute = reader.next()) {
      const Row* row = findByNumber(table, attribute->type);
      if (row && row->type == Type::Repeated && row->access != Access::WriteOnly) {
        const Row& element = row->table->rows[0];
        elementsOf(repeated, *row).push_back(value(element, {}, attribute->payload));
        continue;
      }
      // A second one of a kind is passed through as well: a message must not grow an object without end.
      if (!row || row->access == Access::WriteOnly || seen[place(table, *row)]) {
        if (attribute->type != 0) unknown.push_back(passThrough(*attribute));  // type 0 is padding
        continue;
      }
      seen[place(table, *row)] = true;
      if (leavesOut_ && depth_ == 1 && leavesOut_(*row)) continue;
      const bool choosy =
          row->type == Type::LinkData || row->type == Type::PortData || row->type == Type::Choice;
      const std::string_view kind =
          choosy ? sibling(row->type == Type::PortData ? "slaveKind" : "kind", table, bytes)
                 : std::string_view();
      fields.list.emplace_back(row, value(*row, kind, attribute->payload));
    }
    for (auto& [row, elements] : repeated) fields.list.emplace_back(row, builder_.array(std::move(elements)));
    if (!unknown.empty()) fields.list.emplace_back(nullptr, builder_.array(std::move(unknown)));
    depth_--;
  }

  static std::vector<Value>& elementsOf(std::vector<std::pair<const Row*, std::vector<Value>>>& repeated,
                                        const Row& row) {
    for (auto& [known, elements] : repeated)
      if (known == &row) return elements;
    return repeated.emplace_back(&row, std::vector<Value>()).second;
  }

  static size_t place(const Table& table, const Row& row) {
    return static_cast<size_t>(&row - table.rows.data());
  }

  // What a sibling says, wherever among the siblings it stands.
  static std::string_view sibling(std::string_view property, const Table& table, Bytes siblings) {
    const Row* row = findByName(table, property);
    const auto name = row ? findAttribute(siblings, row->number) : std::nullopt;
    return name ? readText(name->payload) : std::string_view();
  }

  Value nested(const Table& table, Bytes bytes) {
    Scratch fields(*this);
    attributes(table, bytes, fields);
    return builder_.object(std::move(fields.list));
  }

  // `kind` is what a sibling says, where that decides.
  Value value(const Row& row, std::string_view kind, Bytes bytes) {
    switch (row.type) {
      case Type::Flag:
        return builder_.boolean(bytes.empty() || bytes[0] != 0);
      case Type::Nested:
        return nested(*row.table, bytes);
      case Type::LinkData: {
        const Kind* chosen = kinds_(kind);
        return chosen && chosen->data ? nested(*chosen->data, bytes) : builder_.bytes(bytes);
      }
      case Type::PortData: {
        const Kind* chosen = kinds_(kind);
        return chosen && chosen->port ? nested(*chosen->port, bytes) : builder_.bytes(bytes);
      }
      case Type::Choice: {
        const Row* chosen = findByName(*row.table, kind);
        return chosen ? value(*chosen, {}, bytes) : builder_.bytes(bytes);
      }
      case Type::List:
        return list(row.table->rows[0], bytes);
      case Type::NextHops:
        return nextHops(*row.table, bytes);
      case Type::Structs:
        return structs(*row.table, bytes);
      case Type::Struct: {
        Scratch fields(*this);
        structFields(*row.table, bytes, fields);
        return builder_.object(std::move(fields.list));
      }
      default:
        return scalar(row, bytes);
    }
  }

  Value list(const Row& element, Bytes bytes) {
    std::vector<Value> elements;
    AttributeReader reader(bytes);
    while (const auto attribute = reader.next()) elements.push_back(value(element, {}, attribute->payload));
    return builder_.array(std::move(elements));
  }

  // A ragged end is no element.
  Value structs(const Table& table, Bytes bytes) {
    std::vector<Value> elements;
    for (; bytes.size() >= table.size; bytes = bytes.subspan(table.size)) {
      Scratch fields(*this);
      structFields(table, bytes.first(table.size), fields);
      elements.push_back(builder_.object(std::move(fields.list)));
    }
    return builder_.array(std::move(elements));
  }

  // struct rtnexthop carries its own length, which covers its attributes.
  Value nextHops(const Table& table, Bytes bytes) {
    std::vector<Value> hops;
    while (!bytes.empty()) {
      const auto hop = readAt<rtnexthop>(bytes);
      if (hop.rtnh_len < sizeof hop || hop.rtnh_len > bytes.size())
        throw MalformedMessage("next hop has a bad length");
      Scratch fields(*this);
      structFields(nextHopHeader, bytes.first(sizeof hop), fields);
      attributes(table, bytes.subspan(sizeof hop, hop.rtnh_len - sizeof hop), fields);
      hops.push_back(builder_.object(std::move(fields.list)));
      bytes = bytes.subspan(std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), bytes.size()));
    }
    return builder_.array(std::move(hops));
  }

  Value passThrough(const AttributeView& attribute) {
    Scratch fields(*this);
    fields.list.emplace_back(&unknownType, builder_.number(uint32_t{attribute.type}));
    fields.list.emplace_back(&unknownData, builder_.bytes(attribute.payload));
    return builder_.object(std::move(fields.list));
  }

  Value scalar(const Row& row, Bytes bytes) {
    switch (row.type) {
      case Type::Bool:
        return builder_.boolean(readAt<uint8_t>(bytes) != 0);
      case Type::U8:
        return named(row, readAt<uint8_t>(bytes));
      case Type::U16:
        return named(row, readAt<uint16_t>(bytes));
      case Type::U32:
      case Type::LinkIndex:
      case Type::NamespaceFd:
        return named(row, readAt<uint32_t>(bytes));
      case Type::Be16:
        return named(row, networkOrder(readAt<uint16_t>(bytes)));
      case Type::Be32:
        return named(row, networkOrder(readAt<uint32_t>(bytes)));
      case Type::S8:
        return builder_.number(readAt<int8_t>(bytes));
      case Type::S16:
        return builder_.number(readAt<int16_t>(bytes));
      case Type::S32:
        return builder_.number(readAt<int32_t>(bytes));
      case Type::U64:
        return builder_.bigint(readAt<uint64_t>(bytes));
      case Type::Uint:
        return builder_.bigint(bytes.size() < sizeof(uint64_t) ? readAt<uint32_t>(bytes)
                                                               : readAt<uint64_t>(bytes));
      case Type::Be64:
        return builder_.bigint(networkOrder(readAt<uint64_t>(bytes)));
      case Type::S64:
        return builder_.signedBigint(readAt<int64_t>(bytes));
      case Type::Text:
        return builder_.text(readText(bytes));
      case Type::Mac:
        return builder_.text(formatMac(bytes));
      case Type::Ip:
      case Type::Ipv4:
      case Type::Ipv6: {
        const auto text = formatIp(bytes);
        return text ? builder_.text(*text) : builder_.bytes(bytes);
      }
      case Type::Via: {
        const auto text = formatVia(bytes);
        return text ? builder_.text(*text) : builder_.bytes(bytes);
      }
      case Type::BridgeId:
        return bytes.size() == 8 ? builder_.text(formatBridgeId(bytes)) : builder_.bytes(bytes);
      case Type::TcHandle:
        return builder_.text(formatTcHandle(readAt<uint32_t>(bytes)));
      case Type::U32Array:
      case Type::S32Array:
      case Type::U64Array:
        return builder_.numbers(row.type, bytes);
      default:
        return builder_.bytes(bytes);
    }
  }

  Value named(const Row& row, uint32_t value) {
    if (!row.names.any()) return builder_.number(value);
    if (row.names.bits) {
      return builder_.set(row, value, [&] {
        std::vector<Value> set;
        for (const Name& name : row.names.list)
          if (value & name.value) {
            set.push_back(builder_.text(name.name));
            value &= ~name.value;
          }
        if (value) set.push_back(builder_.number(value));  // bits without a name are kept as their mask
        return set;
      });
    }
    for (const Name& name : row.names.list)
      if (name.value == value) return builder_.name(name.name);
    return builder_.number(value);
  }

  static constexpr Row unknownType{"type", 0, "nla_type", Type::U16, "The attribute's number."};
  static constexpr Row unknownData{"data", 1, "", Type::Bytes, "The attribute's payload."};

  Builder& builder_;
  KindLookup kinds_;
  bool (*leavesOut_)(const Row&);
  std::vector<Fields> spare_;
  int depth_ = 0;
};

}  // namespace netplumb
