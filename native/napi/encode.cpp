// The order of attributes is the order of the object's properties; the kernel does not mind.
#include "napi/encode.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <stdexcept>

#include "netlink/byte_order.h"
#include "netlink/next_hop_table.h"
#include "netlink/reader.h"
#include "netlink/text.h"
#include "netlink/text_value.h"
#include "rtnl/link_table.h"
#include "rtnl/objects.h"

namespace netplumb {

static constexpr size_t longestLinkName =
    127;  // ALTIFNAMSIZ less its NUL (linux/if.h, which does not get on with net/if.h)

struct RequestEncoder::Level {
  Level(RequestEncoder& encoder, std::string_view name) : path(encoder.path_) { path.emplace_back(name); }
  ~Level() { path.pop_back(); }
  std::vector<std::string>& path;
};

static uint16_t messageType(const Object& object, Verb verb) {
  switch (verb) {
    case Verb::Remove:
      return object.remove;
    case Verb::Get:
    case Verb::Settle:
    case Verb::List:
      return object.get;
    case Verb::Set:
      return object.set;
    default:
      return object.add;
  }
}

static uint16_t messageFlags(const Object& object, Verb verb) {
  constexpr uint16_t acknowledged = NLM_F_REQUEST | NLM_F_ACK;
  const uint16_t echo = object.echoes ? NLM_F_ECHO : 0;
  const bool isLink = object.add == RTM_NEWLINK;
  switch (verb) {
    case Verb::Add:
      return acknowledged | NLM_F_CREATE | NLM_F_EXCL | echo;
    case Verb::Append:
      return acknowledged | NLM_F_CREATE | NLM_F_APPEND | echo;
    case Verb::Prepend:
      return acknowledged | NLM_F_CREATE | echo;
    case Verb::Replace:
      return acknowledged | NLM_F_CREATE | object.replaceFlags | (isLink ? 0 : echo);
    // What is set must be there already.
    case Verb::Set:
      return acknowledged | object.setFlags;
    case Verb::Remove:
      return acknowledged;
    // Acknowledged too: the object alone cannot be told from an echo that strayed here.
    case Verb::Get:
      return acknowledged | (isLink ? 0 : echo);
    case Verb::Settle:
      return NLM_F_REQUEST;
    case Verb::List:
      return NLM_F_REQUEST | NLM_F_DUMP;
  }
  return acknowledged;
}

// The kernel echoes a new link in the link's namespace, to the port that the request came from in its own:
// elsewhere that may be another socket.
static void keepEchoAtHome(ByteVector& message) {
  const Bytes attributes = Bytes(message).subspan(NLMSG_HDRLEN + sizeof(ifinfomsg));
  for (const uint16_t elsewhere : {IFLA_NET_NS_FD, IFLA_NET_NS_PID, IFLA_TARGET_NETNSID})
    if (findAttribute(attributes, elsewhere))
      reinterpret_cast<nlmsghdr*>(message.data())->nlmsg_flags &= static_cast<uint16_t>(~NLM_F_ECHO);
}

ByteVector RequestEncoder::encode(const Object& object, Verb verb, Napi::Object value) {
  const auto message = writer_.beginMessage(messageType(object, verb), messageFlags(object, verb));
  const size_t header = writer_.reserve(object.header->size);
  properties(value, object.header, header, *object.attributes);
  writer_.endMessage(message);
  ByteVector bytes = writer_.take();
  if (verb == Verb::Add && object.add == RTM_NEWLINK) keepEchoAtHome(bytes);
  return bytes;
}

void RequestEncoder::properties(Napi::Object value, const Table* header, size_t headerOffset,
                                const Table& attributes) {
  each(value, [&](std::string_view name, Napi::Value property) {
    const Row* inHeader = header ? findByName(*header, name) : nullptr;
    const Row* row = inHeader ? inHeader : findByName(attributes, name);
    checkWritable(row);
    if (inHeader) {
      if (!reference(*row, headerOffset + row->number, property))
        field(*row, headerOffset + row->number, property);
    } else {
      const bool choosy =
          row->type == Type::LinkData || row->type == Type::PortData || row->type == Type::Choice;
      const char* sibling = row->type == Type::PortData ? "slaveKind" : "kind";
      attribute(*row, property, choosy ? chosenBy(value, sibling) : std::string());
    }
  });
}

// Visits what the object says, with the path standing at each property; what is undefined counts as not said.
template <typename Visit>
void RequestEncoder::each(Napi::Object value, Visit visit) {
  // Any of these may run the user's code, and fail with what that threw.
  const auto require = [this](napi_status status) {
    if (status != napi_ok) throw Napi::Error::New(env_);
  };
  napi_value names;
  uint32_t count = 0;
  const auto filter = static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols);
  require(napi_get_all_property_names(env_, value, napi_key_include_prototypes, filter,
                                      napi_key_numbers_to_strings, &names));
  require(napi_get_array_length(env_, names, &count));
  for (uint32_t i = 0; i < count; i++) {
    napi_value key, raw;
    require(napi_get_element(env_, names, i, &key));
    char buffer[64];
    size_t length = 0;
    require(napi_get_value_string_utf8(env_, key, buffer, sizeof buffer, &length));
    const std::string_view name(buffer, length);
    const Level level(*this, name);
    bool own = false;
    require(napi_has_own_property(env_, value, key, &own));
    // A polluted prototype must not say what the kernel is asked for.
    if (!own) throw Napi::TypeError::New(env_, where() + " is inherited: options must be the object's own");
    require(napi_get_property(env_, value, key, &raw));
    const Napi::Value property(env_, raw);
    if (property.IsUndefined()) continue;
    try {
      visit(name, property);
    } catch (const std::length_error&) {
      outOfRange("is too long for one netlink attribute");
    }
  }
}

void RequestEncoder::checkWritable(const Row* row) const {
  if (!row) throw Napi::TypeError::New(env_, where() + " is not an option");
  if (row->access == Access::ReadOnly) throw Napi::TypeError::New(env_, where() + " can only be read");
}

std::string RequestEncoder::chosenBy(Napi::Object siblings, const char* property) const {
  const Napi::Value kind = siblings.Get(property);
  if (!kind.IsString())
    throw Napi::TypeError::New(env_, where() + " needs " + property + " beside it, which says what it holds");
  return kind.As<Napi::String>().Utf8Value();
}

// `kind` is what a sibling says, where that decides.
void RequestEncoder::attribute(const Row& row, Napi::Value value, std::string_view kind) {
  notePlace(row, value);
  switch (row.type) {
    case Type::Flag:
      if (!value.IsBoolean()) wrongType("true or false", value);
      if (value.As<Napi::Boolean>()) writer_.attribute(row.number, {});
      return;
    case Type::Text: {
      const auto bytes = textPayload(row, text(value));
      if (!bytes) outOfRange("must be at most " + std::to_string(longestText(row)) + " bytes");
      writer_.attribute(row.number, *bytes);
      return;
    }
    case Type::Mac:
    case Type::Ip:
    case Type::BridgeId:
      writer_.attribute(row.number, addressBytes(row, value));
      return;
    case Type::Via:
      if (value.IsString()) {
        writer_.attribute(row.number, addressBytes(row, value));
        return;
      }
      [[fallthrough]];
    case Type::Bytes:
    case Type::Encap: {
      if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
        wrongType(row.type == Type::Via ? "an IP address or a Uint8Array" : "a Uint8Array", value);
      const auto array = value.As<Napi::Uint8Array>();
      const uint16_t nested = row.type == Type::Encap ? NLA_F_NESTED : 0;
      writer_.attribute(row.number | nested, {array.Data(), array.ByteLength()});
      return;
    }
    case Type::Struct: {
      const auto nest = writer_.beginNest(row.number);
      fields(*row.table, writer_.reserve(row.table->size), object(value));
      writer_.endNest(nest);
      return;
    }
    case Type::Structs: {
      const auto nest = writer_.beginNest(row.number);
      structs(row, value);
      writer_.endNest(nest);
      return;
    }
    // What the tables do not know passes through as bytes.
    case Type::Choice: {
      const Row* found = findByName(*row.table, kind);
      Row chosen = found ? *found : Row{row.name, 0, row.kernel, Type::Bytes, row.meaning};
      chosen.number = row.number;
      attribute(chosen, value, {});
      return;
    }
    case Type::U32Array: {
      if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array)
        wrongType("a Uint32Array", value);
      const auto array = value.As<Napi::Uint32Array>();
      writer_.attribute(row.number, {reinterpret_cast<const uint8_t*>(array.Data()), array.ByteLength()});
      return;
    }
    case Type::LinkData:
    case Type::PortData: {
      const Kind* chosen = findLinkKind(kind);
      const Table* table = chosen ? (row.type == Type::LinkData ? chosen->data : chosen->port) : nullptr;
      if (!table) throw Napi::TypeError::New(env_, where() + ": this kind of link has none");
      const auto nest = writer_.beginNest(row.number | NLA_F_NESTED);
      properties(object(value), nullptr, 0, *table);
      writer_.endNest(nest);
      return;
    }
    case Type::Nested: {
      const auto nest = writer_.beginNest(row.number | NLA_F_NESTED);
      properties(object(value), nullptr, 0, *row.table);
      writer_.endNest(nest);
      return;
    }
    case Type::PeerInfo: {
      const auto nest = writer_.beginNest(row.number | NLA_F_NESTED);
      properties(object(value), linkObject.header, writer_.reserve(linkObject.header->size), *row.table);
      writer_.endNest(nest);
      return;
    }
    case Type::List:
      list(row, value);
      return;
    case Type::Repeated:
      repeated(row, value);
      return;
    case Type::NextHops:
      nextHops(row, value);
      return;
    default:
      break;
  }
  static constexpr uint8_t zeros[16] = {};
  const size_t width = widthOf(row);
  if (width == 0) throw Napi::TypeError::New(env_, where() + " cannot be set");
  const size_t payload = writer_.attribute(row.number, Bytes(zeros, width));
  if (!reference(row, payload, value)) field(row, payload, value);
}

// What is a stand-in for a text that other jobs have there.
void RequestEncoder::notePlace(const Row& row, Napi::Value value) {
  if (standIns_.empty() || !value.IsString()) return;
  const auto found = std::find(standIns_.begin(), standIns_.end(), text(value));
  if (found == standIns_.end()) return;
  if (!takesText(row)) throw Napi::TypeError::New(env_, where() + " cannot be filled in later");
  places_.push_back(
      {static_cast<size_t>(found - standIns_.begin()), writer_.size(), row, writer_.openNests()});
}

// A link or a namespace that is not a number yet.
bool RequestEncoder::reference(const Row& row, size_t offset, Napi::Value value) {
  if (row.type == Type::LinkIndex && value.IsString()) {
    const std::string name = text(value);
    if (name.empty() || name.size() > longestLinkName) outOfRange("must be a link's name, of 1 to 127 bytes");
    fixups_.push_back({offset, name});
    return true;
  }
  if ((row.type != Type::LinkIndex && row.type != Type::NamespaceFd) || !value.IsObject()) return false;
  const auto target = value.As<Napi::Object>();
  if (const Napi::Value slot = target.Get("slot"); row.type == Type::NamespaceFd && slot.IsNumber())
    fixups_.push_back({offset, static_cast<Slot>(slot.As<Napi::Number>().Uint32Value())});
  else if (const Napi::Value step = target.Get("step"); row.type == Type::LinkIndex && step.IsNumber())
    fixups_.push_back(
        {offset, StepLink{step.As<Napi::Number>().Uint32Value(), target.Get("peer").ToBoolean()}});
  else if (const Napi::Value index = target.Get("index"); row.type == Type::LinkIndex && index.IsNumber())
    field(row, offset, index);
  else
    wrongType(row.type == Type::LinkIndex ? "a link: a name, an index or { index }" : "a namespace", value);
  return true;
}

void RequestEncoder::field(const Row& row, size_t offset, Napi::Value value) {
  switch (row.type) {
    case Type::Bool:
      if (!value.IsBoolean()) wrongType("true or false", value);
      writer_.patch(offset, static_cast<uint8_t>(value.As<Napi::Boolean>().Value()));
      return;
    case Type::U8:
    case Type::S8:
      writer_.patch(offset, static_cast<uint8_t>(named(row, value)));
      return;
    case Type::U16:
    case Type::S16:
      writer_.patch(offset, static_cast<uint16_t>(named(row, value)));
      return;
    case Type::Be16:
      writer_.patch(offset, networkOrder(static_cast<uint16_t>(named(row, value))));
      return;
    case Type::Be32:
      writer_.patch(offset, networkOrder(static_cast<uint32_t>(named(row, value))));
      return;
    case Type::U64:
    case Type::S64:
      writer_.patch(offset, integer(row, value));
      return;
    case Type::Be64:
      writer_.patch(offset, networkOrder(integer(row, value)));
      return;
    case Type::Ipv4:
    case Type::Ipv6:
      writer_.patch(offset, Bytes(addressBytes(row, value)));
      return;
    case Type::TcHandle: {
      const auto handle = parseTcHandle(text(value));
      if (!handle) outOfRange("must be a handle such as '1:' or '1:10', or root, ingress, clsact or none");
      writer_.patch(offset, *handle);
      return;
    }
    case Type::Struct:
      fields(*row.table, offset, object(value));
      return;
    default:
      writer_.patch(offset, static_cast<uint32_t>(named(row, value)));
      return;
  }
}

void RequestEncoder::fields(const Table& table, size_t offset, Napi::Object value) {
  each(value, [&](std::string_view name, Napi::Value property) {
    const Row* row = findByName(table, name);
    checkWritable(row);
    if (row->type == Type::Structs)
      structs(*row, property);
    else if (!reference(*row, offset + row->number, property))
      field(*row, offset + row->number, property);
  });
}

void RequestEncoder::list(const Row& row, Napi::Value value) {
  const Napi::Array elements = array(value);
  const auto nest = writer_.beginNest(row.number | NLA_F_NESTED);
  for (uint32_t i = 0; i < elements.Length(); i++) {
    const Level level(*this, std::to_string(i));
    Row element = row.table->rows[0];
    // Numbered by place.
    if (element.number == 0)
      element.number =
          static_cast<uint16_t>(i + static_cast<uint32_t>(std::max<int64_t>(element.minimum, 0)));
    attribute(element, elements.Get(i), {});
  }
  writer_.endNest(nest);
}

void RequestEncoder::repeated(const Row& row, Napi::Value value) {
  const Napi::Array elements = array(value);
  for (uint32_t i = 0; i < elements.Length(); i++) {
    const Level level(*this, std::to_string(i));
    attribute(row.table->rows[0], elements.Get(i), {});
  }
}

// Whatever the order of properties, they stand behind all the struct's fields: these are there already.
void RequestEncoder::structs(const Row& row, Napi::Value value) {
  const Napi::Array elements = array(value);
  for (uint32_t i = 0; i < elements.Length(); i++) {
    const Level level(*this, std::to_string(i));
    fields(*row.table, writer_.reserve(row.table->size), object(elements.Get(i)));
  }
}

// struct rtnexthop and its attributes; rtnh_len covers both.
void RequestEncoder::nextHops(const Row& row, Napi::Value value) {
  const Napi::Array hops = array(value);
  const auto nest = writer_.beginNest(row.number);
  for (uint32_t i = 0; i < hops.Length(); i++) {
    const Level level(*this, std::to_string(i));
    const size_t hop = writer_.reserve(nextHopHeader.size);
    properties(object(hops.Get(i)), &nextHopHeader, hop, *row.table);
    writer_.patch(hop, static_cast<uint16_t>(writer_.size() - hop));
  }
  writer_.endNest(nest);
}

}  // namespace netplumb
