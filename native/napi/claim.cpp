// Arguments come from src/network, which checked them.
#include "napi/claim.h"

#include "job/link_claim.h"
#include "napi/environment.h"
#include "napi/failure.h"
#include "napi/namespace_handle.h"
#include "os/presence.h"

namespace netplumb {

// Claims, labels and names are short: one call of Node's instead of two.
static std::string text(Napi::Value value) {
  char buffer[512];
  size_t length = 0;
  if (napi_get_value_string_utf8(value.Env(), value, buffer, sizeof buffer, &length) != napi_ok) return {};
  if (length < sizeof buffer - 1) return {buffer, length};
  return value.As<Napi::String>().Utf8Value();
}

static LinkClaim readClaim(const Napi::CallbackInfo& info) {
  LinkClaim claim;
  claim.host = unwrapNamespace(info[0]);
  claim.index = info[1].As<Napi::Number>().Uint32Value();
  claim.altName = text(info[2]);
  claim.alias = text(info[3]);
  claim.formerAlias = text(info[4]);
  claim.master = info[5].As<Napi::Number>().Uint32Value();
  if (info.Length() <= 6 || !info[6].IsExternal()) return claim;
  claim.inside = unwrapNamespace(info[6]);
  claim.name = text(info[7]);
  claim.lock = {text(info[8]), FileLock::Mode::Shared};
  return claim;
}

static Napi::Value outcome(Napi::Env env, const std::optional<Failure>& failure) {
  return failure ? Napi::Value(failureRecord(env, *failure)) : env.Undefined();
}

static Napi::Value timedOutcome(Napi::Env env, const std::optional<Failure>& failure,
                                const ClaimTimes& times) {
  const auto result = Napi::Object::New(env);
  result.Set("failure", outcome(env, failure));
  for (const auto& [name, span] : {std::pair{"sent", times.sent}, std::pair{"named", times.named}}) {
    if (!span) continue;
    const auto record = Napi::Object::New(env);
    record.Set("startMs", span->began.count());
    record.Set("durationMs", span->lasted.count());
    result.Set(name, record);
  }
  return result;
}

Napi::Value claimLinkSync(const Napi::CallbackInfo& info) {
  return guarded(info.Env(),
                 [&] { return outcome(info.Env(), claimLink(readClaim(info), Caller::JsThread)); });
}

Napi::Value claimLinkTimedSync(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    ClaimTimes times;
    const auto failure = claimLink(readClaim(info), Caller::JsThread, &times);
    return timedOutcome(info.Env(), failure, times);
  });
}

static Napi::Value schedule(const Napi::CallbackInfo& info, bool timed) {
  return guarded(info.Env(), [&] {
    struct Task {
      LinkClaim claim;
      std::optional<ClaimTimes> times;
      std::optional<Failure> failure;
    };
    const auto task = std::make_shared<Task>(Task{readClaim(info), {}, {}});
    if (timed) task->times.emplace();
    Environment::Work work;
    work.turns = {task->claim.host};
    work.run = [task] {
      task->failure = claimLink(task->claim, Caller::Executor, task->times ? &*task->times : nullptr);
      task->claim = {};  // what it held is let go here
    };
    work.settle = [task](Napi::Env env) {
      return task->times ? timedOutcome(env, task->failure, *task->times) : outcome(env, task->failure);
    };
    return Environment::of(info.Env()).scheduleBrief(info.Env(), std::move(work));
  });
}

Napi::Value claimLink(const Napi::CallbackInfo& info) { return schedule(info, false); }

Napi::Value claimLinkTimed(const Napi::CallbackInfo& info) { return schedule(info, true); }

Napi::Value announce(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto ns = unwrapNamespace(info[0]);
    auto held = std::make_unique<UniqueFd>([&] {
      const EnterNamespace enter(ns->fd(), OnLost::Abort);
      return announcePresence(text(info[1]));
    }());
    const auto external = Napi::External<UniqueFd>::New(
        info.Env(), held.get(), [](Napi::BasicEnv, UniqueFd* owned) { delete owned; });
    static_cast<void>(held.release());
    return external;
  });
}

void withdraw(const Napi::CallbackInfo& info) { info[0].As<Napi::External<UniqueFd>>().Data()->reset(); }

Napi::Value isAnnounced(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto ns = unwrapNamespace(info[0]);
    const EnterNamespace enter(ns->fd(), OnLost::Abort);
    return Napi::Boolean::New(info.Env(), isPresent(text(info[1])));
  });
}

}  // namespace netplumb
