#include "napi/prepared.h"

#include <memory>
#include <string>
#include <vector>

#include "napi/failure.h"
#include "napi/job_reader.h"

namespace netplumb {

Napi::Value prepare(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&]() -> Napi::Value {
    auto standIns = readTexts(info[2].As<Napi::Array>());
    auto steps =
        readPreparedSteps(env, info[0].As<Napi::Array>(), info[1].As<Napi::Number>().Uint32Value(), standIns);
    auto prepared = std::make_unique<PreparedSteps>(std::move(steps), std::move(standIns));
    const auto external = Napi::External<PreparedSteps>::New(
        env, prepared.get(), [](Napi::BasicEnv, PreparedSteps* owned) { delete owned; });
    static_cast<void>(prepared.release());
    return external;
  });
}

const PreparedSteps& unwrapPrepared(Napi::Value handle) {
  return *handle.As<Napi::External<PreparedSteps>>().Data();
}

}  // namespace netplumb
