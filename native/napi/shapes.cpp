// Property names come from our own tables, so they are safe to put into source text.
#include "napi/shapes.h"

#include <algorithm>
#include <string>

namespace netplumb {

// A kernel under test (or attack) could send ever new combinations; past this many, objects are made property
// by property, and sets anew each time.
static constexpr size_t mostShapes = 1024, mostSets = 1024;

static void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

std::string_view Shapes::Parts::nameOf(uintptr_t part) {
  const uintptr_t row = part & ~uintptr_t{3};
  return row == unknown ? "unknown" : reinterpret_cast<const Row*>(row)->name;
}

uint32_t Shapes::keep(napi_env env, napi_value value) {
  if (constants_.IsEmpty()) {
    constants_ = Napi::Persistent<Napi::Object>(Napi::Array::New(env));
    constants_.SuppressDestruct();
  }
  check(env, napi_set_element(env, constants_.Value(), constantCount_, value));
  return constantCount_++;
}

uint32_t Shapes::constant(napi_env env, std::string_view text) {
  const auto known = texts_.find(text.data());
  if (known != texts_.end()) return known->second;
  return texts_[text.data()] = keep(env, Napi::String::New(env, text.data(), text.size()));
}

const uint32_t* Shapes::constantSet(const Row& row, uint32_t bits) const {
  const auto known = sets_.find({&row, bits});
  return known == sets_.end() ? nullptr : &known->second;
}

const uint32_t* Shapes::keepSet(napi_env env, const Row& row, uint32_t bits, napi_value set) {
  if (sets_.size() >= mostSets) return nullptr;
  check(env, napi_object_freeze(env, set));
  return &(sets_[{&row, bits}] = keep(env, set));
}

napi_value Shapes::constantValue(napi_env env, uint32_t number) const {
  napi_value value;
  check(env, napi_get_element(env, constants_.Value(), number, &value));
  return value;
}

void Shapes::compile(napi_env env, std::span<const uintptr_t> parts, Napi::FunctionReference& factory) {
  std::string parameters, object = "{";
  size_t count = 0;
  for (const uintptr_t part : parts) {
    if (part == Parts::end) {
      object += "},";
      continue;
    }
    object += '"' + std::string(Parts::nameOf(part)) + "\":";
    if (Parts::givenBy(part) == Parts::Given::Object) {
      object += '{';
      continue;
    }
    const std::string parameter = "a" + std::to_string(count++);
    parameters += parameter + ',';
    object += (Parts::givenBy(part) == Parts::Given::Constant ? "c[" + parameter + "]" : parameter) + ',';
  }
  if (constants_.IsEmpty()) constant(env, "");
  const auto make = Napi::Env(env)
                        .RunScript(Napi::String::New(env, "(c=>(" + parameters + ")=>(" + object + "}))"))
                        .As<Napi::Function>();
  factory = Napi::Persistent(make.Call({constants_.Value()}).As<Napi::Function>());
  // The environment frees it at its end; doing so in our destructor would be too late.
  factory.SuppressDestruct();
}

napi_value Shapes::makeOneByOne(napi_env env, std::span<const uintptr_t> parts,
                                std::span<const napi_value> values) const {
  auto next = values.begin();
  std::vector<Napi::Object> open{Napi::Object::New(env)};
  for (const uintptr_t part : parts) {
    if (part == Parts::end) {
      open.pop_back();
      continue;
    }
    const std::string name(Parts::nameOf(part));
    if (Parts::givenBy(part) == Parts::Given::Object) {
      const auto inside = Napi::Object::New(env);
      open.back().Set(name, inside);
      open.push_back(inside);
      continue;
    }
    napi_value value = *next++;
    if (Parts::givenBy(part) == Parts::Given::Constant)
      value = constantValue(env, Napi::Number(env, value).Uint32Value());
    open.back().Set(name, value);
  }
  return open.front();
}

napi_value Shapes::make(napi_env env, std::span<const uintptr_t> parts, std::span<const napi_value> values) {
  size_t hash = parts.size();
  for (const uintptr_t part : parts) hash = (hash ^ part) * 1099511628211u;
  const auto [first, last] = shapes_.equal_range(hash);
  auto shape = std::find_if(
      first, last, [&](const auto& candidate) { return std::ranges::equal(candidate.second.parts, parts); });
  if (shape == last) {
    if (shapes_.size() >= mostShapes) return makeOneByOne(env, parts, values);
    Shape fresh{{parts.begin(), parts.end()}, {}};
    compile(env, parts, fresh.factory);
    shape = shapes_.emplace(hash, std::move(fresh));
  }
  napi_value undefined, object;
  check(env, napi_get_undefined(env, &undefined));
  check(env, napi_call_function(env, undefined, shape->second.factory.Value(), values.size(), values.data(),
                                &object));
  return object;
}

}  // namespace netplumb
