// Makes objects by cached factories `a0 => ({ index: u[0], name: a0 })`, one per set of properties: one call
// per object, with all objects inside it, instead of one per property. Numbers are no values to us: they are
// left in memory that the factories read. Keeps the texts and sets of names that tables have, made once.
#pragma once

#include <napi.h>

#include <map>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "netlink/table.h"

namespace netplumb {

class Shapes {
 public:
  // A napi_value, or what else a value is given by.
  using Bits = uint64_t;
  static_assert(sizeof(napi_value) <= sizeof(Bits));

  // What an object is made of, in order: a property is its row and how its value is given; an object inside
  // is its property, then what it is made of, then an end.
  class Parts {
   public:
    // Plain is a value; an object is in parts; the others are bits from which the factory makes a value: the
    // number of a constant, a number, a boolean, a bigint.
    enum class Given : uintptr_t { Plain, Constant, Object, Unsigned, Signed, Boolean, Bigint, SignedBigint };
    static uintptr_t property(const Row* row, Given given) {
      return (row ? reinterpret_cast<uintptr_t>(row) : unknown) | static_cast<uintptr_t>(given);
    }
    static constexpr uintptr_t end = 0;
    static std::string_view nameOf(uintptr_t part);
    static Given givenBy(uintptr_t part) { return static_cast<Given>(part & givenMask); }

    std::vector<uintptr_t> shape;
    std::vector<Bits> values;  // one for each property that is no object

   private:
    friend class Shapes;
    static constexpr uintptr_t givenMask = 7;
    static_assert(alignof(Row) > givenMask);
    static constexpr uintptr_t unknown = 8;  // no row is there
  };

  napi_value make(napi_env env, std::span<const uintptr_t> shape, std::span<const Bits> values);
  // A value by itself, of no object.
  napi_value make(napi_env env, Parts::Given given, Bits bits) const;

  // The number by which a factory knows a text that outlives the environment.
  uint32_t constant(napi_env env, std::string_view text);
  // The number of a set of names, or none where too many are kept already. The set is frozen: objects share
  // it.
  const uint32_t* constantSet(const Row& row, uint32_t bits) const;
  const uint32_t* keepSet(napi_env env, const Row& row, uint32_t bits, napi_value set);

 private:
  struct Shape {
    std::vector<uintptr_t> parts;
    std::vector<size_t> arguments;  // which values are the factory's arguments
    Napi::FunctionReference factory;
  };
  void prepare(napi_env env);
  void compile(napi_env env, Shape& shape);
  napi_value makeOneByOne(napi_env env, std::span<const uintptr_t> parts, std::span<const Bits> values) const;
  uint32_t keep(napi_env env, napi_value value);

  std::unordered_multimap<size_t, Shape> shapes_;
  Napi::ObjectReference constants_;  // an array
  Napi::ObjectReference views_;      // on the memory of `slots_`, as a factory's maker takes them
  Bits* slots_ = nullptr;
  std::vector<napi_value> arguments_;
  uint32_t constantCount_ = 0;
  std::unordered_map<const char*, uint32_t> texts_;
  std::map<std::pair<const Row*, uint32_t>, uint32_t> sets_;
};

}  // namespace netplumb
