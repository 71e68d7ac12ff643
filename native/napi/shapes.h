// Makes objects by cached factories `(a0, a1) => ({ index: a0, name: a1 })`, one per set of properties: one
// call per object instead of one per property (1,025 links: 5-9 ms against 41-62).
#pragma once

#include <napi.h>

#include <unordered_map>
#include <utility>
#include <vector>

#include "netlink/table.h"

namespace netplumb {

class Shapes {
 public:
  // Null rows stand for the property `unknown`.
  using Fields = std::vector<std::pair<const Row*, napi_value>>;
  napi_value make(napi_env env, const Fields& fields);

 private:
  struct Shape {
    std::vector<const Row*> rows;
    Napi::FunctionReference factory;
  };
  Napi::FunctionReference compile(napi_env env, const Fields& fields) const;

  std::unordered_multimap<size_t, Shape> shapes_;
};

}  // namespace netplumb
