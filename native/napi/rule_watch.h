// A watch over the rules of nf_tables as JavaScript holds it: an external value that ends it when it is
// closed or collected.
#pragma once

#include <napi.h>

namespace netplumb {

Napi::Value openRuleWatch(const Napi::CallbackInfo& info);    // (handle) => watch
Napi::Value awaitRuleChange(const Napi::CallbackInfo& info);  // (watch) => Promise of { value: whether
                                                              // something changed } or { failure }
void closeRuleWatch(const Napi::CallbackInfo& info);          // (watch)

}  // namespace netplumb
