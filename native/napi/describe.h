// The attribute tables as plain JavaScript data: what the generator of types and reference, and describe(),
// are made of. Knows every field of netlink/table.h, and nothing of what the tables hold.
#pragma once

#include <napi.h>

namespace netplumb {

// () => Description; see src/binding.ts. A new object each time, the caller's to keep.
Napi::Value describe(Napi::Env env);

}  // namespace netplumb
