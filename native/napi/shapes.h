// Makes objects by cached factories `(a0, a1) => ({ index: a0, name: a1 })`, one per set of properties: one
// call per object, with all objects inside it, instead of one per property (1,025 links: 5-9 ms against
// 41-62). Keeps the texts and sets of names that tables have, made once.
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
  // What an object is made of, in order: a property is its row and how its value is given; an object inside
  // is its property, then what it is made of, then an end.
  class Parts {
   public:
    enum class Given : uintptr_t { Plain = 0, Constant = 1, Object = 2 };
    static uintptr_t property(const Row* row, Given given) {
      return (row ? reinterpret_cast<uintptr_t>(row) : unknown) | static_cast<uintptr_t>(given);
    }
    static constexpr uintptr_t end = 0;
    static std::string_view nameOf(uintptr_t part);
    static Given givenBy(uintptr_t part) { return static_cast<Given>(part & 3); }

    std::vector<uintptr_t> shape;
    std::vector<napi_value> values;  // one for each property that is no object

   private:
    static constexpr uintptr_t unknown = 4;  // no row is there
  };

  napi_value make(napi_env env, std::span<const uintptr_t> shape, std::span<const napi_value> values);

  // The number by which a factory knows a text that outlives the environment.
  uint32_t constant(napi_env env, std::string_view text);
  // The number of a set of names, or none where too many are kept already. The set is frozen: objects share
  // it.
  const uint32_t* constantSet(const Row& row, uint32_t bits) const;
  const uint32_t* keepSet(napi_env env, const Row& row, uint32_t bits, napi_value set);
  napi_value constantValue(napi_env env, uint32_t number) const;

 private:
  struct Shape {
    std::vector<uintptr_t> parts;
    Napi::FunctionReference factory;
  };
  void compile(napi_env env, std::span<const uintptr_t> parts, Napi::FunctionReference& factory);
  napi_value makeOneByOne(napi_env env, std::span<const uintptr_t> parts,
                          std::span<const napi_value> values) const;
  uint32_t keep(napi_env env, napi_value value);

  std::unordered_multimap<size_t, Shape> shapes_;
  Napi::ObjectReference constants_;  // an array
  uint32_t constantCount_ = 0;
  std::unordered_map<const char*, uint32_t> texts_;
  std::map<std::pair<const Row*, uint32_t>, uint32_t> sets_;
};

}  // namespace netplumb
