// Who waits has a thread of the executor, as whoever pings.
#include "napi/rule_watch.h"

#include <memory>

#include "napi/elsewhere.h"
#include "napi/namespace_handle.h"
#include "netfilter/rule_watch.h"
#include "os/network_namespace.h"

namespace netplumb {

using Held = std::shared_ptr<RuleWatch>;

Napi::Value openRuleWatch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const auto ns = unwrapNamespace(info[0]);
    // An environment that is being terminated refuses: the watch must not outlive that.
    auto held = std::make_unique<Held>([&] {
      const EnterNamespace enter(ns->fd(), OnLost::Abort);
      return std::make_shared<RuleWatch>();
    }());
    const auto external = Napi::External<Held>::New(env, held.get(), [](Napi::BasicEnv, Held* dropped) {
      if (*dropped) (*dropped)->close();
      delete dropped;
    });
    static_cast<void>(held.release());
    return Napi::Value(external);
  });
}

Napi::Value awaitRuleChange(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Held watch = *info[0].As<Napi::External<Held>>().Data();
    const int wakeFd = Environment::of(info.Env()).wakeFd();
    return elsewhere<bool>(
        info.Env(), true, [watch, wakeFd] { return watch && watch->await(wakeFd); },
        [](Napi::Env env, bool& changed) -> Napi::Value { return Napi::Boolean::New(env, changed); });
  });
}

// Whoever waits holds it for as long; its descriptors are not left to the garbage collector.
void closeRuleWatch(const Napi::CallbackInfo& info) {
  Held& held = *info[0].As<Napi::External<Held>>().Data();
  if (held) held->close();
  held.reset();
}

}  // namespace netplumb
