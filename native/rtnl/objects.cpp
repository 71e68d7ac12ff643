// Lists what the headers of this room define.
#include "rtnl/objects.h"

#include "rtnl/address_table.h"
#include "rtnl/bridge_vlan_table.h"
#include "rtnl/class_table.h"
#include "rtnl/filter_table.h"
#include "rtnl/kinds/all.generated.h"
#include "rtnl/link_table.h"
#include "rtnl/namespace_id_table.h"
#include "rtnl/neighbour_table.h"
#include "rtnl/next_hop_object_table.h"
#include "rtnl/qdisc_table.h"
#include "rtnl/route_table.h"
#include "rtnl/rule_table.h"

namespace netplumb {

// RTM_NEWLINKPROP and RTM_DELLINKPROP: alternative names of a link, as an object of their own since adding
// them is not changing the link.
static constexpr Object altNameObject{"altName", linkObject.header, linkObject.attributes, 108, 109, 110,
                                      108};

static constexpr const Object* allObjects[] = {
    &linkObject,          &altNameObject,     &addressObject,    &routeObject, &qdiscObject,
    &classObject,         &filterObject,      &neighbourObject,  &ruleObject,  &nextHopObject,
    &nextHopBucketObject, &namespaceIdObject, &bridgeVlanObject,
};

std::span<const Object* const> routeObjects() { return allObjects; }

std::span<const Kind* const> linkKinds() { return kinds::all; }

const Kind* findLinkKind(std::string_view name) {
  for (const Kind* kind : kinds::all)
    if (kind->name == name) return kind;
  return nullptr;
}

}  // namespace netplumb
