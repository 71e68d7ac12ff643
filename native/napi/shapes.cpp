// Property names come from our own tables, so they are safe to put into source text.
#include "napi/shapes.h"

#include <algorithm>
#include <string>

namespace netplumb {

// A kernel under test (or attack) could send ever new combinations; past this many, objects are made property
// by property.
static constexpr size_t mostShapes = 1024;

static std::string_view nameOf(const Row* row) { return row ? row->name : "unknown"; }

Napi::FunctionReference Shapes::compile(napi_env env, const Fields& fields) const {
  std::string parameters, properties;
  for (size_t i = 0; i < fields.size(); i++) {
    const std::string parameter = "a" + std::to_string(i);
    parameters += (i ? "," : "") + parameter;
    properties += (i ? ",\"" : "\"") + std::string(nameOf(fields[i].first)) + "\":" + parameter;
  }
  const auto source = Napi::String::New(env, "((" + parameters + ")=>({" + properties + "}))");
  const auto factory = Napi::Env(env).RunScript(source).As<Napi::Function>();
  auto reference = Napi::Persistent(factory);
  // The environment frees it at its end; doing so in our destructor would be too late.
  reference.SuppressDestruct();
  return reference;
}

napi_value Shapes::make(napi_env env, const Fields& fields) {
  size_t hash = fields.size();
  for (const auto& [row, value] : fields) hash = hash * 1099511628211u ^ reinterpret_cast<uintptr_t>(row);
  const auto [first, last] = shapes_.equal_range(hash);
  auto shape = std::find_if(first, last, [&](const auto& candidate) {
    return std::equal(fields.begin(), fields.end(), candidate.second.rows.begin(),
                      candidate.second.rows.end(),
                      [](const auto& field, const Row* row) { return field.first == row; });
  });
  if (shape == last) {
    if (shapes_.size() >= mostShapes) {
      auto object = Napi::Object::New(env);
      for (const auto& [row, value] : fields) object.Set(std::string(nameOf(row)), value);
      return object;
    }
    Shape fresh{{}, compile(env, fields)};
    for (const auto& [row, value] : fields) fresh.rows.push_back(row);
    shape = shapes_.emplace(hash, std::move(fresh));
  }
  std::vector<napi_value> arguments;
  arguments.reserve(fields.size());
  for (const auto& [row, value] : fields) arguments.push_back(value);
  return shape->second.factory.Call(arguments);
}

}  // namespace netplumb
