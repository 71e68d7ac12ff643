// Walks from the objects and kinds to every table they reach; each is listed once, in the order of the walk.
#include "napi/describe.h"

#include <vector>

#include "job/objects.h"
#include "netlink/next_hop_table.h"
#include "rtnl/objects.h"

namespace netplumb {

static const char* nameOf(Type type) {
  switch (type) {
    case Type::Flag:
      return "Flag";
    case Type::Bool:
      return "Bool";
    case Type::U8:
      return "U8";
    case Type::U16:
      return "U16";
    case Type::U32:
      return "U32";
    case Type::U64:
      return "U64";
    case Type::Uint:
      return "Uint";
    case Type::S8:
      return "S8";
    case Type::S16:
      return "S16";
    case Type::S32:
      return "S32";
    case Type::S64:
      return "S64";
    case Type::Be16:
      return "Be16";
    case Type::Be32:
      return "Be32";
    case Type::Be64:
      return "Be64";
    case Type::Text:
      return "Text";
    case Type::Mac:
      return "Mac";
    case Type::Ip:
      return "Ip";
    case Type::Ipv4:
      return "Ipv4";
    case Type::Ipv6:
      return "Ipv6";
    case Type::Via:
      return "Via";
    case Type::Bytes:
      return "Bytes";
    case Type::Struct:
      return "Struct";
    case Type::Structs:
      return "Structs";
    case Type::Nested:
      return "Nested";
    case Type::List:
      return "List";
    case Type::Repeated:
      return "Repeated";
    case Type::LinkData:
      return "LinkData";
    case Type::PortData:
      return "PortData";
    case Type::Choice:
      return "Choice";
    case Type::LinkIndex:
      return "LinkIndex";
    case Type::NamespaceFd:
      return "NamespaceFd";
    case Type::U32Array:
      return "U32Array";
    case Type::S32Array:
      return "S32Array";
    case Type::U64Array:
      return "U64Array";
    case Type::BridgeId:
      return "BridgeId";
    case Type::TcHandle:
      return "TcHandle";
    case Type::NextHops:
      return "NextHops";
    case Type::Encap:
      return "Encap";
    case Type::PeerInfo:
      return "PeerInfo";
  }
  return "";
}

static const char* nameOf(Access access) {
  switch (access) {
    case Access::ReadWrite:
      return "ReadWrite";
    case Access::ReadOnly:
      return "ReadOnly";
    case Access::WriteOnly:
      return "WriteOnly";
  }
  return "";
}

namespace {

class Describer {
 public:
  explicit Describer(Napi::Env env) : env_(env), tables_(Napi::Array::New(env)) {}

  Napi::Value everything() {
    auto description = Napi::Object::New(env_);
    description["objects"] = array(objects(), [&](const Object* object) { return describe(*object); });
    description["kinds"] = array(linkKinds(), [&](const Kind* kind) { return describe(*kind); });
    description["tables"] = tables_;
    return description;
  }

 private:
  template <typename Range, typename Make>
  Napi::Array array(const Range& range, Make make) {
    auto result = Napi::Array::New(env_);
    for (const auto& element : range) result[result.Length()] = make(element);
    return result;
  }

  Napi::String string(std::string_view text) { return Napi::String::New(env_, text.data(), text.size()); }

  Napi::Object describe(const Object& object) {
    auto result = Napi::Object::New(env_);
    result["name"] = string(object.name);
    result["header"] = table(*object.header);
    result["attributes"] = table(*object.attributes);
    result["add"] = Napi::Number::New(env_, object.add);
    result["remove"] = Napi::Number::New(env_, object.remove);
    result["get"] = Napi::Number::New(env_, object.get);
    result["set"] = Napi::Number::New(env_, object.set);
    result["protocol"] = string(object.protocol == Protocol::Netfilter ? "netfilter" : "route");
    return result;
  }

  Napi::Object describe(const Kind& kind) {
    auto result = Napi::Object::New(env_);
    result["name"] = string(kind.name);
    result["data"] = kind.data ? table(*kind.data) : env_.Null();
    result["port"] = kind.port ? table(*kind.port) : env_.Null();
    return result;
  }

  // The one description of a table, listed before its rows are walked: tables may refer back to it.
  Napi::Value table(const Table& table) {
    for (const auto& [known, result] : listed_)
      if (known == &table) return result;
    auto result = Napi::Object::New(env_);
    listed_.emplace_back(&table, result);
    tables_[tables_.Length()] = result;
    result["name"] = string(table.name);
    result["size"] = Napi::Number::New(env_, table.size);
    result["rows"] = array(table.rows, [&](const Row& one) { return row(one); });
    return result;
  }

  Napi::Object row(const Row& row) {
    auto result = Napi::Object::New(env_);
    result["name"] = string(row.name);
    result["number"] = Napi::Number::New(env_, row.number);
    result["kernel"] = string(row.kernel);
    result["type"] = nameOf(row.type);
    result["meaning"] = string(row.meaning);
    result["ip"] = string(row.ip);
    result["access"] = nameOf(row.access);
    if (row.table) refer(result, "table", *row.table);
    if (const Table* header = headerOf(row)) refer(result, "header", *header);
    if (row.names.any())
      result["names"] = array(row.names.list, [&](const Name& name) { return named(name); });
    result["bits"] = row.names.bits;
    if (row.minimum != INT64_MIN)
      result["minimum"] = Napi::Number::New(env_, static_cast<double>(row.minimum));
    if (row.maximum != INT64_MAX)
      result["maximum"] = Napi::Number::New(env_, static_cast<double>(row.maximum));
    return result;
  }

  Napi::Object named(const Name& name) {
    auto result = Napi::Object::New(env_);
    result["name"] = string(name.name);
    result["value"] = Napi::Number::New(env_, name.value);
    return result;
  }

  // Two types stand for a fixed header followed by attributes.
  static const Table* headerOf(const Row& row) {
    if (row.type == Type::NextHops) return &nextHopHeader;
    if (row.type == Type::PeerInfo) return findObject("link")->header;
    return nullptr;
  }

  void refer(Napi::Object from, const char* property, const Table& to) {
    from[property] = string(to.name);
    table(to);
  }

  Napi::Env env_;
  Napi::Array tables_;
  std::vector<std::pair<const Table*, Napi::Object>> listed_;
};

}  // namespace

Napi::Value describe(Napi::Env env) { return Describer(env).everything(); }

}  // namespace netplumb
