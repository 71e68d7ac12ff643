// Property names come from our own tables, so they are safe to put into source text.
#include "napi/shapes.h"

#include <algorithm>
#include <string>

namespace netplumb {

// A kernel under test (or attack) could send ever new combinations; past this many, objects are made property
// by property, and sets anew each time.
static constexpr size_t mostShapes = 1024, mostSets = 1024;

// Of one object, with those inside; past this many it is made property by property.
static constexpr size_t mostSlots = 1024;

static void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

std::string_view Shapes::Parts::nameOf(uintptr_t part) {
  const uintptr_t row = part & ~givenMask;
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

napi_value Shapes::make(napi_env env, Parts::Given given, Bits bits) const {
  using Given = Parts::Given;
  napi_value value = nullptr;
  switch (given) {
    case Given::Constant:
      check(env, napi_get_element(env, constants_.Value(), static_cast<uint32_t>(bits), &value));
      break;
    case Given::Unsigned:
      check(env, napi_create_uint32(env, static_cast<uint32_t>(bits), &value));
      break;
    case Given::Signed:
      check(env, napi_create_int32(env, static_cast<int32_t>(bits), &value));
      break;
    case Given::Boolean:
      check(env, napi_get_boolean(env, bits != 0, &value));
      break;
    case Given::Bigint:
      check(env, napi_create_bigint_uint64(env, bits, &value));
      break;
    case Given::SignedBigint:
      check(env, napi_create_bigint_int64(env, static_cast<int64_t>(bits), &value));
      break;
    case Given::Plain:
    case Given::Object:  // has no bits
      value = reinterpret_cast<napi_value>(bits);
  }
  return value;
}

// A typed array for each way of reading a slot. Integers have arrays of their own: what is read from an array
// of doubles is a number on the heap.
void Shapes::prepare(napi_env env) {
  if (slots_) return;
  if (constants_.IsEmpty()) constant(env, "");
  auto memory = Napi::ArrayBuffer::New(env, mostSlots * sizeof(Bits));
  const auto views = Napi::Object::New(env);
  views.Set("constants", constants_.Value());
  views.Set("unsigned", Napi::Uint32Array::New(env, mostSlots * 2, memory, 0));
  views.Set("signed", Napi::Int32Array::New(env, mostSlots * 2, memory, 0));
  views.Set("bigint", Napi::BigUint64Array::New(env, mostSlots, memory, 0));
  views.Set("signedBigint", Napi::BigInt64Array::New(env, mostSlots, memory, 0));
  views_ = Napi::Persistent(views);
  views_.SuppressDestruct();
  slots_ = static_cast<Bits*>(memory.Data());
}

// How a factory reads the value at `place`. Of a slot's two halves, the first is the lower on every machine
// that we build for.
static std::string expression(Shapes::Parts::Given given, size_t place) {
  using Given = Shapes::Parts::Given;
  const std::string whole = '[' + std::to_string(place) + ']', half = '[' + std::to_string(place * 2) + ']';
  switch (given) {
    case Given::Constant:
      return "c[u" + half + ']';
    case Given::Unsigned:
      return 'u' + half;
    case Given::Signed:
      return 's' + half;
    case Given::Boolean:
      return 'u' + half + "!==0";
    case Given::Bigint:
      return 'b' + whole;
    case Given::SignedBigint:
      return 'i' + whole;
    default:
      return 'a' + std::to_string(place);
  }
}

void Shapes::compile(napi_env env, Shape& shape) {
  std::string parameters, object = "{";
  size_t place = 0;
  for (const uintptr_t part : shape.parts) {
    if (part == Parts::end) {
      object += "},";
      continue;
    }
    object += '"' + std::string(Parts::nameOf(part)) + "\":";
    const Parts::Given given = Parts::givenBy(part);
    if (given == Parts::Given::Object) {
      object += '{';
      continue;
    }
    const std::string value = expression(given, place);
    if (given == Parts::Given::Plain) {
      parameters += value + ',';
      shape.arguments.push_back(place);
    }
    object += value + ',';
    place++;
  }
  prepare(env);
  const std::string source = "(({constants:c,unsigned:u,signed:s,bigint:b,signedBigint:i})=>(" + parameters +
                             ")=>(" + object + "}))";
  const auto make = Napi::Env(env).RunScript(Napi::String::New(env, source)).As<Napi::Function>();
  shape.factory = Napi::Persistent(make.Call({views_.Value()}).As<Napi::Function>());
  // The environment frees it at its end; doing so in our destructor would be too late.
  shape.factory.SuppressDestruct();
}

napi_value Shapes::makeOneByOne(napi_env env, std::span<const uintptr_t> parts,
                                std::span<const Bits> values) const {
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
    open.back().Set(name, make(env, Parts::givenBy(part), *next++));
  }
  return open.front();
}

napi_value Shapes::make(napi_env env, std::span<const uintptr_t> parts, std::span<const Bits> values) {
  if (values.size() > mostSlots) return makeOneByOne(env, parts, values);
  size_t hash = parts.size();
  for (const uintptr_t part : parts) hash = (hash ^ part) * 1099511628211u;
  const auto [first, last] = shapes_.equal_range(hash);
  auto shape = std::find_if(
      first, last, [&](const auto& candidate) { return std::ranges::equal(candidate.second.parts, parts); });
  if (shape == last) {
    if (shapes_.size() >= mostShapes) return makeOneByOne(env, parts, values);
    Shape fresh{{parts.begin(), parts.end()}, {}, {}};
    compile(env, fresh);
    shape = shapes_.emplace(hash, std::move(fresh));
  }
  napi_value undefined, object;
  check(env, napi_get_undefined(env, &undefined));
  const Shape& known = shape->second;
  arguments_.clear();
  for (const size_t place : known.arguments)
    arguments_.push_back(reinterpret_cast<napi_value>(values[place]));
  std::ranges::copy(values, slots_);
  check(env, napi_call_function(env, undefined, known.factory.Value(), arguments_.size(), arguments_.data(),
                                &object));
  return object;
}

}  // namespace netplumb
