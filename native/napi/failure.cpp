// Empty texts are left out: absent means not known.
#include "napi/failure.h"

namespace netplumb {

static void setText(Napi::Object object, const char* name, const std::string& text) {
  if (!text.empty()) object.Set(name, text);
}

static void fill(Napi::Object record, const Failure& failure) {
  record.Set("errno", failure.error);
  record.Set("code", errnoName(failure.error));
  record.Set("reason", errnoMessage(failure.error));
  record.Set("operation", failure.operation);
  setText(record, "target", failure.target);
  setText(record, "kernelMessage", failure.kernelMessage);
  setText(record, "explanation", failure.explanation);
  setText(record, "attribute", failure.attribute);
  if (failure.step) record.Set("step", static_cast<double>(*failure.step));
  if (failure.notUndone.empty()) return;
  const auto steps = Napi::Array::New(record.Env(), failure.notUndone.size());
  for (size_t i = 0; i < failure.notUndone.size(); i++)
    steps.Set(static_cast<uint32_t>(i), static_cast<double>(failure.notUndone[i]));
  record.Set("notUndone", steps);
}

Napi::Object failureRecord(Napi::Env env, const Failure& failure) {
  const auto record = Napi::Object::New(env);
  fill(record, failure);
  return record;
}

Failure toFailure(const SystemError& error) {
  return {error.error(), error.operation(), error.target(), {}, error.explanation(), {}, {}, {}};
}

Napi::Error systemError(Napi::Env env, const SystemError& error) {
  auto thrown = Napi::Error::New(env, error.what());
  fill(thrown.Value().As<Napi::Object>(), toFailure(error));
  return thrown;
}

}  // namespace netplumb
