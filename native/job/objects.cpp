// The lists are the rooms'.
#include "job/objects.h"

#include <array>

#include "netfilter/objects.h"
#include "rtnl/objects.h"

namespace netplumb {

// Nothing to be destroyed: other threads may look things up while the process ends.
struct All {
  std::array<const Object*, 64> list{};
  size_t count = 0;
  void add(std::span<const Object* const> objects) {
    for (const Object* object : objects) list.at(count++) = object;
  }
};

std::span<const Object* const> objects() {
  static const All all = [] {
    All made;
    made.add(routeObjects());
    made.add(netfilterObjects());
    return made;
  }();
  return std::span(all.list).first(all.count);
}

const Object* findObject(std::string_view name) {
  for (const Object* object : objects())
    if (object->name == name) return object;
  return nullptr;
}

}  // namespace netplumb
