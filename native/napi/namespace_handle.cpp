// Closing drops our share at once; a job under way keeps its own until it is done.
#include "napi/namespace_handle.h"

#include "napi/failure.h"

namespace netplumb {

Napi::Value wrapNamespace(Napi::Env env, NetNamespacePtr ns) {
  // An environment that is being terminated refuses: the namespace must not outlive that.
  auto share = std::make_unique<NetNamespacePtr>(std::move(ns));
  const auto external = Napi::External<NetNamespacePtr>::New(
      env, share.get(), [](Napi::BasicEnv, NetNamespacePtr* owned) { delete owned; });
  static_cast<void>(share.release());
  return external;
}

static NetNamespacePtr& share(Napi::Value handle) {
  if (!handle.IsExternal()) throw Napi::TypeError::New(handle.Env(), "not a namespace");
  return *handle.As<Napi::External<NetNamespacePtr>>().Data();
}

NetNamespacePtr unwrapNamespace(Napi::Value handle) {
  const NetNamespacePtr& ns = share(handle);
  if (!ns) throw systemError(handle.Env(), SystemError(EBADF, "namespace", {}, "the namespace was closed"));
  return ns;
}

Napi::Value currentNamespace(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return wrapNamespace(info.Env(), std::make_shared<NetNamespace>(currentNamespace(), Caller::JsThread));
  });
}

Napi::Value identity(const Napi::CallbackInfo& info) {
  return guarded(info.Env(),
                 [&] { return Napi::BigInt::New(info.Env(), unwrapNamespace(info[0])->identity().inode); });
}

void closeNamespace(const Napi::CallbackInfo& info) { share(info[0]).reset(); }

Napi::Value within(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto ns = unwrapNamespace(info[0]);
    const EnterNamespace enter(ns->fd(), OnLost::Abort);
    return info[1].As<Napi::Function>().Call({});
  });
}

}  // namespace netplumb
