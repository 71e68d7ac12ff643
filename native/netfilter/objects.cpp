// Lists what the headers of this room define.
#include "netfilter/objects.h"

#include "netfilter/nftables_table.h"

namespace netplumb {

static constexpr const Object* allObjects[] = {
    &nftTableObject, &nftChainObject, &nftRuleObject, &nftSetObject, &nftElementObject, &nftGenerationObject,
};

std::span<const Object* const> netfilterObjects() { return allObjects; }

}  // namespace netplumb
