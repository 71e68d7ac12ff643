// A message with every row of an object's tables: where the search for a decoder's faults begins, so that no
// row is left to luck. Made from the tables, as a kernel might report it.
#pragma once

#include "netlink/table.h"
#include "netlink/writer.h"

namespace netplumb::fuzz {

// The payload behind the netlink header; of `kind` where the tables leave a choice.
ByteVector everyRow(const Object& object, const Kind& kind);

}  // namespace netplumb::fuzz
