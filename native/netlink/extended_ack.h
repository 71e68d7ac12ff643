// What the kernel answers to a request: errno, its own sentence, and where in the request the fault lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "netlink/decode.h"
#include "netlink/reader.h"

namespace netplumb {

// What the kernel would have taken in place of what it refused; what it does not limit is absent. The numbers
// are as enum netlink_attribute_type has them.
struct AttributePolicy {
  uint32_t type = 0;
  std::optional<int64_t> minimumSigned, maximumSigned;
  std::optional<uint64_t> minimum, maximum;
  std::optional<uint32_t> minimumLength, maximumLength;  // in bytes
  std::optional<uint64_t> mask;                          // of the bits that may be set
};

struct Acknowledgement {
  int error = 0;  // positive errno; 0 is success
  std::string message;
  std::optional<uint32_t> offset;       // of the offending attribute, from the start of the request
  std::optional<uint32_t> missingType;  // an attribute that should have been there
  std::optional<uint32_t> missingNest;  // where it should have been; absent: at the top
  std::optional<AttributePolicy> policy = std::nullopt;  // of the offending attribute
};

// Reads NLMSG_ERROR, and NLMSG_DONE as a dump ends with it.
Acknowledgement readAcknowledgement(const MessageView& message);

// Where in a request the fault lies, in our tables' words.
struct FaultyAttribute {
  std::string path;      // 'linkInfo.data.id'; empty where nothing of ours stands there
  bool missing = false;  // it should have been there and was not
};

// Walks the offset back through the tables.
FaultyAttribute faultyAttribute(const Object& object, Bytes request, const Acknowledgement& ack,
                                KindLookup kinds);

}  // namespace netplumb
