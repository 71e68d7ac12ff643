// Paths into nested attributes are followed by number: the passing ones are few, and stand in watched.h.
#include "monitor/message.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <vector>

namespace netplumb {

namespace {

using Path = std::vector<uint16_t>;

size_t headerSize(const Subject& subject) { return NLMSG_ALIGN(subject.object->header->size); }

Bytes attributesOf(const Subject& subject, Bytes payload) {
  return payload.subspan(std::min(headerSize(subject), payload.size()));
}

void append(std::string& text, Bytes bytes, uint8_t mask = 0xff) {
  for (const uint8_t byte : bytes) text += static_cast<char>(byte & mask);
}

void append(std::string& text, Bytes attributes, uint16_t number) {
  const auto found = findAttribute(attributes, number);
  if (!found) return;
  text += static_cast<char>(number);
  text += std::to_string(found->payload.size()) + ':';
  append(text, found->payload);
}

// Written anew, what a nest holds is padded to its end; a longer one is kept as it came.
constexpr size_t longestNest = UINT16_MAX - NLA_HDRLEN - (NLA_ALIGNTO - 1);

// How a path relates to the passing attributes: it is one, it leads to one, or neither.
enum class Meets { No, Leads, Is };

Meets meets(std::string_view object, const Path& path, std::string_view kind, bool countersOnly) {
  Meets found = Meets::No;
  for (const Passing& passing : passingAttributes) {
    if (passing.object != object || (countersOnly && !passing.counter)) continue;
    const std::span end(std::find(std::begin(passing.path), std::end(passing.path), 0),
                        std::end(passing.path));
    const size_t length = std::size(passing.path) - end.size();
    if (path.size() > length || !std::equal(path.begin(), path.end(), passing.path)) continue;
    if (path.size() < length)
      found = Meets::Leads;
    else if (passing.kind.empty() || passing.kind == kind)
      return Meets::Is;
  }
  return found;
}

// The kind that says what a nest holds stands right before it: IFLA_INFO_KIND before IFLA_INFO_DATA, and
// IFLA_INFO_SLAVE_KIND before IFLA_INFO_SLAVE_DATA.
std::string_view kindOf(Bytes siblings, uint16_t nest) {
  const auto kind = findAttribute(siblings, static_cast<uint16_t>(nest - 1));
  return kind ? readText(kind->payload) : std::string_view();
}

struct Walk {
  std::string_view object;
  Path path;

  void copy(Writer& writer, Bytes attributes, std::string_view kind) {
    AttributeReader reader(attributes);
    while (const auto attribute = reader.next()) {
      path.push_back(attribute->type);
      const Meets found = meets(object, path, kind, true);
      if (found == Meets::Leads && attribute->payload.size() <= longestNest) {
        const auto nest = writer.beginNest(attribute->type);
        copy(writer, attribute->payload, kindOf(attributes, attribute->type));
        writer.endNest(nest);
      } else if (found != Meets::Is) {
        writer.attribute(attribute->type, attribute->payload);
      }
      path.pop_back();
    }
  }

  bool same(Bytes one, Bytes other, std::string_view kind) {
    AttributeReader ours(one), theirs(other);
    for (;;) {
      const auto left = nextThatStays(ours, kind), right = nextThatStays(theirs, kind);
      if (!left || !right) return !left && !right;
      if (left->type != right->type) return false;
      path.push_back(left->type);
      const bool leads = meets(object, path, kind, false) == Meets::Leads;
      const bool alike = leads ? same(left->payload, right->payload, kindOf(one, left->type))
                               : std::ranges::equal(left->payload, right->payload);
      path.pop_back();
      if (!alike) return false;
    }
  }

 private:
  std::optional<AttributeView> nextThatStays(AttributeReader& reader, std::string_view kind) {
    for (;;) {
      const auto attribute = reader.next();
      if (!attribute) return std::nullopt;
      path.push_back(attribute->type);
      const bool passes = meets(object, path, kind, false) == Meets::Is;
      path.pop_back();
      if (!passes) return attribute;
    }
  }
};

}  // namespace

std::string identityOf(const Subject& subject, Bytes payload) {
  const Watched& watched = *subject.watched;
  if (payload.size() < headerSize(subject)) throw MalformedMessage("message is shorter than its header");
  std::string identity;
  if (watched.fields.empty() && watched.attributes.empty()) {
    append(identity, payload);
    return identity;
  }
  const Bytes attributes = attributesOf(subject, payload);
  for (const IdentityField& field : watched.fields)
    if (field.unlessAttribute == 0 || !findAttribute(attributes, field.unlessAttribute))
      append(identity, payload.subspan(field.offset, field.size), field.mask);
  for (const IdentityAttribute& attribute : watched.attributes)
    if (attribute.family == 0 || readAt<uint8_t>(payload) == attribute.family)
      append(identity, attributes, attribute.number);
  return identity;
}

std::string variantOf(const Subject& subject, Bytes payload) {
  std::string variant;
  for (const uint16_t number : subject.watched->variant)
    append(variant, attributesOf(subject, payload), number);
  return variant;
}

ByteVector worthKeeping(const Subject& subject, Bytes payload) {
  const size_t header = headerSize(subject);
  if (payload.size() < header) throw MalformedMessage("message is shorter than its header");
  Writer writer;
  writer.reserve(header);
  Walk{subject.watched->object, {}}.copy(writer, payload.subspan(header), {});
  ByteVector kept = writer.take();
  std::copy_n(payload.begin(), header, kept.begin());
  if (subject.watched->changeAt != 0) std::fill_n(kept.begin() + subject.watched->changeAt, 4, uint8_t{0});
  return kept;
}

bool saySame(const Subject& subject, Bytes one, Bytes other) {
  const size_t header = headerSize(subject);
  if (one.size() < header || other.size() < header) return false;
  if (!std::ranges::equal(one.first(header), other.first(header))) return false;
  return Walk{subject.watched->object, {}}.same(one.subspan(header), other.subspan(header), {});
}

std::optional<ByteVector> withPortOf(Bytes link, Bytes bridgeMessage) {
  constexpr size_t header = NLMSG_ALIGN(sizeof(ifinfomsg));
  if (link.size() < header || bridgeMessage.size() < header) return std::nullopt;
  const auto port = findAttribute(bridgeMessage.subspan(header), IFLA_PROTINFO);
  const auto info = findAttribute(link.subspan(header), IFLA_LINKINFO);
  if (!port || !info || port->payload.size() + info->payload.size() > longestNest) return std::nullopt;
  if (kindOf(info->payload, IFLA_INFO_SLAVE_DATA) != "bridge") return std::nullopt;
  Writer writer;
  writer.reserve(header);
  AttributeReader reader(link.subspan(header));
  while (const auto attribute = reader.next()) {
    if (attribute->type != IFLA_LINKINFO) {
      writer.attribute(attribute->type, attribute->payload);
      continue;
    }
    const auto nest = writer.beginNest(IFLA_LINKINFO);
    AttributeReader parts(info->payload);
    while (const auto part = parts.next())
      writer.attribute(part->type, part->type == IFLA_INFO_SLAVE_DATA ? port->payload : part->payload);
    writer.endNest(nest);
  }
  ByteVector changed = writer.take();
  std::copy_n(link.begin(), header, changed.begin());
  return changed;
}

}  // namespace netplumb
