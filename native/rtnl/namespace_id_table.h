// The number by which one network namespace calls another: struct rtgenmsg and NETNSA_*
// (include/uapi/linux/net_namespace.h, net/core/net_namespace.c).
#pragma once

#include <linux/rtnetlink.h>

#include "netlink/table.h"

namespace netplumb {

inline constexpr Row namespaceIdHeaderRows[] = {
    {"family", 0, "rtgen_family", Type::U8, "Always 0."},
};
inline constexpr Table namespaceIdHeader{"NamespaceIdHeader", namespaceIdHeaderRows, 1};

inline constexpr Row namespaceIdRows[] = {
    {"id", 1, "NETNSA_NSID", Type::S32,
     "The number; -1 for none, or in a request for one of the kernel's choice.", "NETNSID"},
    {"pid", 2, "NETNSA_PID", Type::U32, "The namespace, by a process in it.", "", Access::WriteOnly},
    {"namespaceFd", 3, "NETNSA_FD", Type::NamespaceFd, "The namespace.", "NETNSNAME", Access::WriteOnly},
    {"targetId", 4, "NETNSA_TARGET_NSID", Type::S32,
     "Whose number is asked for: a namespace, by its number here.", "target-nsid NETNSID", Access::WriteOnly},
    {"currentId", 5, "NETNSA_CURRENT_NSID", Type::S32, "The number here, where another's was asked for.",
     "current-nsid NETNSID", Access::ReadOnly},
};
inline constexpr Table namespaceIdTable{"NamespaceIdAttributes", namespaceIdRows};

// RTM_NEWNSID; nothing takes a number back.
inline constexpr Object namespaceIdObject{
    "namespaceId", &namespaceIdHeader, &namespaceIdTable, 88, 89, 90, 88, Undo::None, 0};

}  // namespace netplumb
