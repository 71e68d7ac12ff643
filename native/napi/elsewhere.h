// What the addon does beside jobs: one visit to an executor thread.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "napi/environment.h"
#include "napi/failure.h"

namespace netplumb {

// Runs `work` elsewhere and makes `{ value }` of what it returned, or `{ failure }` of what it threw.
template <typename Result>
Napi::Value elsewhere(Napi::Env env, bool waits, std::function<Result()> work,
                      std::function<Napi::Value(Napi::Env, Result&)> convert) {
  struct Outcome {
    std::optional<Result> value;
    std::optional<Failure> failure;
  };
  const auto outcome = std::make_shared<Outcome>();
  Environment::Work scheduled;
  scheduled.waits = waits;
  scheduled.run = [outcome, work = std::move(work)] {
    try {
      outcome->value.emplace(work());
    } catch (const SystemError& error) {
      outcome->failure = toFailure(error);
    } catch (const std::exception& error) {
      outcome->failure = Failure{EPROTO, "job", {}, {}, error.what(), {}, {}, {}};
    }
  };
  scheduled.settle = [outcome, convert = std::move(convert)](Napi::Env settled) -> Napi::Value {
    const auto result = Napi::Object::New(settled);
    if (outcome->failure)
      result.Set("failure", failureRecord(settled, *outcome->failure));
    else
      result.Set("value", convert(settled, *outcome->value));
    return result;
  };
  return guarded(env, [&] { return Environment::of(env).schedule(env, std::move(scheduled)); });
}

}  // namespace netplumb
