// What the addon exports. The shapes of arguments and results stand in src/binding.ts.
#include <napi.h>

#include "napi/claim.h"
#include "napi/describe.h"
#include "napi/environment.h"
#include "napi/failure.h"
#include "napi/flows.h"
#include "napi/monitor.h"
#include "napi/namespace_handle.h"
#include "napi/prepared.h"
#include "napi/rule_watch.h"
#include "napi/run.h"
#include "napi/services.h"

namespace netplumb {

static Napi::Object exportAll(Napi::Env env, Napi::Object exports) {
  Environment::create(env);
  const auto add = [&](const char* name, auto function) {
    exports.Set(name, Napi::Function::New(env, function, name));
  };
  // Jobs
  add("run", run);
  add("runSync", runSync);
  add("plumb", plumb);
  add("prepare", prepare);
  // Namespaces
  add("currentNamespace", static_cast<Napi::Value (*)(const Napi::CallbackInfo&)>(currentNamespace));
  add("identity", identity);
  add("closeNamespace", closeNamespace);
  add("within", within);
  add("listNamespaces", listNamespaces);
  add("removeAbandonedNames", removeAbandonedNames);
  add("checkNamespaceName", checkNamespaceName);
  // Monitors
  add("openMonitor", openMonitor);
  add("awaitEvents", awaitEvents);
  add("takeEvents", takeEvents);
  add("closeMonitor", closeMonitor);
  add("monitored", monitored);
  add("openRuleWatch", openRuleWatch);
  add("awaitRuleChange", awaitRuleChange);
  add("closeRuleWatch", closeRuleWatch);
  // Beside jobs
  add("claimLink", static_cast<Napi::Value (*)(const Napi::CallbackInfo&)>(claimLink));
  add("claimLinkSync", claimLinkSync);
  add("claimLinkTimed", claimLinkTimed);
  add("claimLinkTimedSync", claimLinkTimedSync);
  add("announce", announce);
  add("withdraw", withdraw);
  add("isAnnounced", isAnnounced);
  add("tryLock", tryLock);
  add("tryLockSync", tryLockSync);
  add("announceLock", announceLock);
  add("giveTurn", giveTurn);
  add("stampLock", stampLock);
  add("isLockAwaited", isLockAwaited);
  add("unlock", unlock);
  add("ping", ping);
  add("nextEchoRequest", nextEchoRequest);
  add("openSocket", openSocket);
  add("bindSocket", bindSocket);
  add("firstTakenPort", static_cast<Napi::Value (*)(const Napi::CallbackInfo&)>(firstTakenPort));
  add("dropFlows", static_cast<Napi::Value (*)(const Napi::CallbackInfo&)>(dropFlows));
  add("uninherited", uninherited);
  add("hasCapability", static_cast<Napi::Value (*)(const Napi::CallbackInfo&)>(hasCapability));
  // The tables
  add("describe", [](const Napi::CallbackInfo& info) { return describe(info.Env()); });
  add("encode", encode);
  add("decode", decode);
  return exports;
}

}  // namespace netplumb

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  return netplumb::guarded(env, [&] { return netplumb::exportAll(env, exports); });
}

NODE_API_MODULE(netplumb, init)
