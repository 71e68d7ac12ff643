// A text as the attribute of a row has it.
#pragma once

#include <optional>
#include <string_view>

#include "netlink/table.h"
#include "netlink/writer.h"

namespace netplumb {

// Whether the row's values are texts in JavaScript and bytes on the wire, with nothing beside the text to
// know.
bool takesText(const Row& row);

// Bytes, without a NUL.
int64_t longestText(const Row& row);

// The payload; empty where the row cannot have that text.
std::optional<ByteVector> textPayload(const Row& row, std::string_view text);

}  // namespace netplumb
