// Empty texts are left out: absent means not known.
#include "napi/failure.h"

namespace netplumb {

static void setText(Napi::Object object, const char* name, const std::string& text) {
  if (!text.empty()) object.Set(name, text);
}

// As docs/attributes.md and the tables name types.
static std::string_view typeName(uint32_t type) {
  static constexpr std::string_view names[] = {
      "invalid", "flag",  "u8",   "u16",  "u32",    "u64",          "s8",         "s16",  "s32",
      "s64",     "bytes", "text", "text", "nested", "nested array", "bitfield32", "sint", "uint"};
  return type < std::size(names) ? names[type] : "unknown";
}

// A bigint for the types of 64 bits only.
template <typename Number>
static void setLimit(Napi::Object object, const char* name, std::optional<Number> value, bool wide) {
  if (!value) return;
  if (wide)
    object.Set(name, Napi::BigInt::New(object.Env(), *value));
  else
    object.Set(name, static_cast<double>(*value));
}

static Napi::Object policyRecord(Napi::Env env, const AttributePolicy& policy) {
  const auto record = Napi::Object::New(env);
  const std::string_view type = typeName(policy.type);
  const bool wide = type == "u64" || type == "s64" || type == "uint" || type == "sint";
  record.Set("type", std::string(type));
  setLimit(record, "minimum", policy.minimumSigned, wide);
  setLimit(record, "maximum", policy.maximumSigned, wide);
  setLimit(record, "minimum", policy.minimum, wide);
  setLimit(record, "maximum", policy.maximum, wide);
  if (policy.minimumLength) record.Set("minimumLength", static_cast<double>(*policy.minimumLength));
  if (policy.maximumLength) record.Set("maximumLength", static_cast<double>(*policy.maximumLength));
  setLimit(record, "mask", policy.mask, wide);
  return record;
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
  if (failure.missing) record.Set("missing", true);
  if (failure.policy) record.Set("policy", policyRecord(record.Env(), *failure.policy));
  if (failure.step) record.Set("step", static_cast<double>(*failure.step));
  if (failure.message) record.Set("message", static_cast<double>(*failure.message));
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
