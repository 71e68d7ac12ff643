// A namespace as JavaScript holds it: an external value that shares ownership of a NetNamespace, until
// closed.
#pragma once

#include <napi.h>

#include "job/net_namespace.h"

namespace netplumb {

Napi::Value wrapNamespace(Napi::Env env, NetNamespacePtr ns);

// Throws TypeError for anything else, and Error EBADF for a closed handle.
NetNamespacePtr unwrapNamespace(Napi::Value handle);

// The functions of addon.cpp's list.
Napi::Value currentNamespace(const Napi::CallbackInfo& info);  // () => handle
Napi::Value identity(const Napi::CallbackInfo& info);          // (handle) => inode
void closeNamespace(const Napi::CallbackInfo& info);           // (handle)
Napi::Value within(const Napi::CallbackInfo& info);  // (handle, synchronous function) => what it returns

}  // namespace netplumb
