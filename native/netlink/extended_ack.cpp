// enum nlmsgerr_attrs, include/uapi/linux/netlink.h. The offset counts from the request's nlmsghdr.
#include "netlink/extended_ack.h"

#include <linux/netlink.h>

#include <climits>

namespace netplumb {

// Since 6.1; older headers lack the names.
static constexpr uint16_t missType = 5, missNest = 6;

// enum netlink_policy_type_attr, without its nested policies, which an acknowledgement never has.
enum PolicyAttribute : uint16_t {
  policyType = 1,
  minimumSigned = 2,
  maximumSigned = 3,
  minimumUnsigned = 4,
  maximumUnsigned = 5,
  minimumLength = 6,
  maximumLength = 7,
  bitfield32Mask = 10,
  mask = 12,
};

static Bytes attributesBehind(const MessageView& message) {
  if (!(message.flags & NLM_F_ACK_TLVS)) return {};
  if (message.type == NLMSG_DONE)
    return message.payload.subspan(std::min(sizeof(int), message.payload.size()));
  size_t skip = sizeof(nlmsgerr);
  // Without capping the whole request stands between the error and its attributes.
  if (!(message.flags & NLM_F_CAPPED))
    skip += NLMSG_ALIGN(readAt<nlmsgerr>(message.payload).msg.nlmsg_len) - NLMSG_HDRLEN;
  if (skip > message.payload.size()) throw MalformedMessage("acknowledgement is cut short");
  return message.payload.subspan(skip);
}

static AttributePolicy readPolicy(Bytes attributes) {
  AttributePolicy policy;
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    const Bytes value = attribute->payload;
    switch (attribute->type) {
      case policyType:
        policy.type = readAt<uint32_t>(value);
        break;
      case minimumSigned:
        policy.minimumSigned = readAt<int64_t>(value);
        break;
      case maximumSigned:
        policy.maximumSigned = readAt<int64_t>(value);
        break;
      case minimumUnsigned:
        policy.minimum = readAt<uint64_t>(value);
        break;
      case maximumUnsigned:
        policy.maximum = readAt<uint64_t>(value);
        break;
      case minimumLength:
        policy.minimumLength = readAt<uint32_t>(value);
        break;
      case maximumLength:
        policy.maximumLength = readAt<uint32_t>(value);
        break;
      case bitfield32Mask:
        policy.mask = readAt<uint32_t>(value);
        break;
      case mask:
        policy.mask = readAt<uint64_t>(value);
        break;
      default:
        break;
    }
  }
  return policy;
}

Acknowledgement readAcknowledgement(const MessageView& message) {
  Acknowledgement ack;
  const int status = readAt<int>(message.payload);
  if (status == INT_MIN) throw MalformedMessage("acknowledgement has no error number");
  ack.error = -status;
  if (message.type == NLMSG_DONE && ack.error < 0) ack.error = 0;  // some dumps end with a count
  AttributeReader reader(attributesBehind(message));
  while (const auto attribute = reader.next()) {
    switch (attribute->type) {
      case NLMSGERR_ATTR_MSG:
        ack.message = readText(attribute->payload);
        break;
      case NLMSGERR_ATTR_OFFS:
        ack.offset = readAt<uint32_t>(attribute->payload);
        break;
      case NLMSGERR_ATTR_POLICY:
        ack.policy = readPolicy(attribute->payload);
        break;
      case missType:
        ack.missingType = readAt<uint32_t>(attribute->payload);
        break;
      case missNest:
        ack.missingNest = readAt<uint32_t>(attribute->payload);
        break;
      default:
        break;
    }
  }
  return ack;
}

namespace {

// Follows one offset into nested attributes, collecting names on the way.
struct Walk {
  const uint8_t* start;
  size_t target;
  KindLookup kinds;
  std::string path;
  const Table* reached = nullptr;

  size_t offsetOf(Bytes part) const { return static_cast<size_t>(part.data() - start); }

  void into(const Table& table, Bytes attributes) {
    reached = &table;
    AttributeReader reader(attributes);
    while (const auto attribute = reader.next()) {
      const size_t begin = offsetOf(attribute->payload) - NLA_HDRLEN,
                   end = begin + NLA_HDRLEN + attribute->payload.size();
      const Row* row = findByNumber(table, attribute->type);
      if (target < begin || target >= end) continue;
      if (!row) return;
      if (!path.empty()) path += '.';
      path += row->name;
      const Table* next = inside(table, *row, attributes);
      if (target == begin) {
        reached = next;
        return;
      }
      const size_t skip = row->type == Type::PeerInfo ? sizeof(ifinfomsg) : 0;
      if (next && attribute->payload.size() >= skip) into(*next, attribute->payload.subspan(skip));
      return;
    }
  }

  // The table of what is nested in an attribute, by its siblings where they choose it.
  const Table* inside(const Table& table, const Row& row, Bytes siblings) const {
    const Kind* chosen = row.type == Type::LinkData   ? chosenBy("kind", table, siblings)
                         : row.type == Type::PortData ? chosenBy("slaveKind", table, siblings)
                                                      : nullptr;
    switch (row.type) {
      case Type::Nested:
      case Type::PeerInfo:
        return row.table;
      case Type::LinkData:
        return chosen ? chosen->data : nullptr;
      case Type::PortData:
        return chosen ? chosen->port : nullptr;
      case Type::Choice: {
        const Row* kind = findByName(*row.table, sibling("kind", table, siblings));
        return kind && kind->type == Type::Nested ? kind->table : nullptr;
      }
      case Type::Repeated: {
        const Row& element = row.table->rows[0];
        return element.type == Type::Nested ? element.table : nullptr;
      }
      default:
        return nullptr;
    }
  }

  static std::string_view sibling(std::string_view property, const Table& table, Bytes siblings) {
    const Row* row = findByName(table, property);
    const auto name = row ? findAttribute(siblings, row->number) : std::nullopt;
    return name ? readText(name->payload) : std::string_view();
  }

  const Kind* chosenBy(std::string_view property, const Table& table, Bytes siblings) const {
    return kinds(sibling(property, table, siblings));
  }
};

}  // namespace

FaultyAttribute faultyAttribute(const Object& object, Bytes request, const Acknowledgement& ack,
                                KindLookup kinds) {
  const size_t header = NLMSG_HDRLEN + NLMSG_ALIGN(object.header->size);
  const auto where = ack.offset ? ack.offset : ack.missingNest;
  if (request.size() < header) return {};
  Walk walk{request.data(), where.value_or(0), kinds, {}, object.attributes};
  if (where && *where >= header) walk.into(*object.attributes, request.subspan(header));
  const Row* missing = ack.missingType && walk.reached
                           ? findByNumber(*walk.reached, static_cast<uint16_t>(*ack.missingType))
                           : nullptr;
  if (missing) {
    if (!walk.path.empty()) walk.path += '.';
    walk.path += missing->name;
  }
  return {std::move(walk.path), missing != nullptr};
}

}  // namespace netplumb
