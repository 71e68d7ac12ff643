// A claim of a link as JavaScript makes it: the hot path of a warm attach, so strings and numbers in, nothing
// but `undefined` out when all went well.
#pragma once

#include <napi.h>

namespace netplumb {

// (host, index, altName, alias, formerAlias, inside?, name?, lockPath?) => failure or undefined
Napi::Value claimLinkSync(const Napi::CallbackInfo& info);
Napi::Value claimLink(const Napi::CallbackInfo& info);  // likewise, as a promise
// The same, which also say how long it took.
Napi::Value claimLinkTimedSync(const Napi::CallbackInfo& info);
Napi::Value claimLinkTimed(const Napi::CallbackInfo& info);

// (namespace, name) => what holds it; (what holds it); (namespace, name) => whether somebody does
Napi::Value announce(const Napi::CallbackInfo& info);
void withdraw(const Napi::CallbackInfo& info);
Napi::Value isAnnounced(const Napi::CallbackInfo& info);

}  // namespace netplumb
