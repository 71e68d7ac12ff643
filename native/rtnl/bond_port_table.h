// A link's port of a bond, IFLA_BOND_SLAVE_* (include/uapi/linux/if_link.h,
// drivers/net/bonding/bond_netlink.c: bond_slave_policy and bond_fill_slave_info). The bond itself is
// kinds/bond.h.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Name bondPortStateNames[] = {{"active", 0}, {"backup", 1}};
inline constexpr Name bondPortMiiStatusNames[] = {{"up", 0}, {"goingDown", 1}, {"down", 2}, {"goingBack", 3}};

inline constexpr Name bondChurnNames[] = {{"monitored", 0}, {"churning", 1}, {"settled", 2}};

inline constexpr Row bondPortRows[] = {
    {"state", 1, "IFLA_BOND_SLAVE_STATE", Type::U8, "Whether the port is in use.", "state", Access::ReadOnly,
     nullptr, oneOf(bondPortStateNames)},
    {"miiStatus", 2, "IFLA_BOND_SLAVE_MII_STATUS", Type::U8, "Whether the port can be used.", "mii_status",
     Access::ReadOnly, nullptr, oneOf(bondPortMiiStatusNames)},
    {"linkFailureCount", 3, "IFLA_BOND_SLAVE_LINK_FAILURE_COUNT", Type::U32, "How often the port failed.",
     "link_failure_count", Access::ReadOnly},
    {"permanentAddress", 4, "IFLA_BOND_SLAVE_PERM_HWADDR", Type::Mac, "The address the port had before.",
     "perm_hwaddr", Access::ReadOnly},
    {"queueId", 5, "IFLA_BOND_SLAVE_QUEUE_ID", Type::U16,
     "The bond's transmit queue whose packets leave by this port; 0, the default, for none.",
     "queue_id NUMBER"},
    {"aggregatorId", 6, "IFLA_BOND_SLAVE_AD_AGGREGATOR_ID", Type::U16, "The port's aggregator.",
     "ad_aggregator_id", Access::ReadOnly},
    {"actorState", 7, "IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE", Type::U8, "This end's LACP state, as bits.",
     "ad_actor_oper_port_state", Access::ReadOnly},
    {"partnerState", 8, "IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE", Type::U16,
     "The other end's LACP state, as bits.", "ad_partner_oper_port_state", Access::ReadOnly},
    {"priority", 9, "IFLA_BOND_SLAVE_PRIO", Type::S32,
     "The preference among ports in modes that use one, the largest is taken; 0 by default.", "prio NUMBER"},
    {"actorPortPriority", 10, "IFLA_BOND_SLAVE_ACTOR_PORT_PRIO", Type::U16,
     "The port's LACP priority, the smallest is preferred; 255 by default.", "actor_port_prio NUMBER"},
    {"actorChurn", 11, "IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE", Type::U8,
     "Whether this end's LACP state fails to settle.", "churn_actor_state", Access::ReadOnly, nullptr,
     oneOf(bondChurnNames)},
    {"partnerChurn", 12, "IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE", Type::U8, "Whether the other end's does.",
     "churn_partner_state", Access::ReadOnly, nullptr, oneOf(bondChurnNames)},
};
inline constexpr Table bondPortData{"BondPortData", bondPortRows};

}  // namespace netplumb
