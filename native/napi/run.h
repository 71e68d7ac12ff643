// A job's way in and out of JavaScript: its specification is read and encoded on the JS thread, run elsewhere
// (or here, for the Sync twins), and its results are turned into values on the JS thread again.
#pragma once

#include <napi.h>

namespace netplumb {

// (spec, write?, control?) => Promise<result>, (spec) => result; see src/binding.ts for the shapes. A result
// with `failure` is not an exception here: src/ makes the error.
Napi::Value run(const Napi::CallbackInfo& info);
Napi::Value runSync(const Napi::CallbackInfo& info);
// plumb(host, name, lockPath, write)
Napi::Value plumb(const Napi::CallbackInfo& info);

// For tests against other programs' bytes: (object, verb, value) => Uint8Array, (object, bytes) => value.
Napi::Value encode(const Napi::CallbackInfo& info);
Napi::Value decode(const Napi::CallbackInfo& info);

}  // namespace netplumb
