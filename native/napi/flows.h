// Flows of a namespace, which JavaScript wants ended.
#pragma once

#include <napi.h>

namespace netplumb {

// (handle, patterns) => Promise<{ value: whether the kernel has ctnetlink } | { failure }>
Napi::Value dropFlows(const Napi::CallbackInfo& info);

}  // namespace netplumb
