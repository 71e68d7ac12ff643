// What the kernel answers to a request: errno, its own sentence, and where in the request the fault lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "netlink/decode.h"
#include "netlink/reader.h"

namespace netplumb {

struct Acknowledgement {
  int error = 0;  // positive errno; 0 is success
  std::string message;
  std::optional<uint32_t> offset;       // of the offending attribute, from the start of the request
  std::optional<uint32_t> missingType;  // an attribute that should have been there
  std::optional<uint32_t> missingNest;  // where it should have been; absent: at the top
};

// Reads NLMSG_ERROR, and NLMSG_DONE as a dump ends with it.
Acknowledgement readAcknowledgement(const MessageView& message);

// Walks the offset back through the tables: 'linkInfo.data.id'. Empty where nothing of ours stands there.
std::string attributePath(const Object& object, Bytes request, const Acknowledgement& ack, KindLookup kinds);

}  // namespace netplumb
