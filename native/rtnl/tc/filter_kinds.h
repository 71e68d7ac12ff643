// How a filter of traffic control finds packets, by kind (include/uapi/linux/pkt_cls.h, net/sched/cls_*.c).
// flower has the keys that container networks use; the others it reports stand under `unknown`.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/tc/action_kinds.h"

namespace netplumb {

inline constexpr Name filterFlagNames[] = {
    {"skipHardware", 1}, {"skipSoftware", 2}, {"inHardware", 4}, {"notInHardware", 8}, {"verbose", 16}};

inline constexpr Row matchallCountRows[] = {
    {"hits", 0, "rhit", Type::U64, "Packets that matched.", "-s", Access::ReadOnly},
};
inline constexpr Table matchallCount{"MatchallCount", matchallCountRows, 8};

inline constexpr Row matchallRows[] = {
    {"classId", 1, "TCA_MATCHALL_CLASSID", Type::TcHandle, "The class packets go to.", "classid CLASSID"},
    {"actions", 2, "TCA_MATCHALL_ACT", Type::List, "What is done with packets, in order.", "action KIND …",
     Access::ReadWrite, &actionList},
    {"flags", 3, "TCA_MATCHALL_FLAGS", Type::U32, "Where it runs.", "skip_hw | skip_sw", Access::ReadWrite,
     nullptr, anyOf(filterFlagNames)},
    {"count", 4, "TCA_MATCHALL_PCNT", Type::Struct, "What matched.", "-s", Access::ReadOnly, &matchallCount},
};
inline constexpr Table matchall{"Matchall", matchallRows};

inline constexpr Name u32SelectorFlagNames[] = {{"terminal", 1}, {"offset", 2}, {"varOffset", 4}, {"eat", 8}};
inline constexpr Row u32KeyRows[] = {
    {"mask", 0, "mask", Type::Be32, "The bits that count.", "match u32 VALUE MASK"},
    {"value", 4, "val", Type::Be32, "What they must be.", "match u32 VALUE MASK"},
    {"offset", 8, "off", Type::S32, "Where they stand: bytes from the network header.", "at OFFSET"},
    {"offsetMask", 12, "offmask", Type::S32, "-1 to count from the next header (tc: nexthdr+).",
     "at nexthdr+OFFSET"},
};
inline constexpr Table u32Key{"U32Key", u32KeyRows, 16};

inline constexpr Row u32SelectorRows[] = {
    {"flags", 0, "flags", Type::U8,
     "Whether a match ends the search, and how a linked table's offset is found.", "", Access::ReadWrite,
     nullptr, anyOf(u32SelectorFlagNames)},
    {"offsetShift", 1, "offshift", Type::U8, "How far the variable offset is shifted.",
     "offset shift NUMBER"},
    {"keyCount", 2, "nkeys", Type::U8, "How many `keys` there are.", "", Access::ReadWrite, nullptr, Names(),
     0, 128},
    {"variableMask", 4, "offmask", Type::Be16, "The bits of the variable offset.", "offset mask MASK"},
    {"offset", 6, "off", Type::U16, "A fixed offset to the next table's keys.", "offset plus BYTES"},
    {"variableOffset", 8, "offoff", Type::S16, "Where the variable offset stands.", "offset at BYTES"},
    {"hashOffset", 10, "hoff", Type::S16, "Where the hash key stands.", "hashkey … at BYTES"},
    {"hashMask", 12, "hmask", Type::Be32, "The bits of the hash key.", "hashkey mask MASK"},
    {"keys", 16, "keys", Type::Structs, "All of these must match.", "match …", Access::ReadWrite, &u32Key},
};
inline constexpr Table u32Selector{"U32Selector", u32SelectorRows, 16};

inline constexpr Row u32MarkRows[] = {
    {"value", 0, "val", Type::U32, "What the packet's mark must be.", "mark VALUE MASK"},
    {"mask", 4, "mask", Type::U32, "The bits that count.", "mark VALUE MASK"},
    {"hits", 8, "success", Type::U32, "Packets that matched.", "", Access::ReadOnly},
};
inline constexpr Table u32Mark{"U32Mark", u32MarkRows, 12};

inline constexpr Row u32Rows[] = {
    {"classId", 1, "TCA_U32_CLASSID", Type::TcHandle, "The class packets go to.", "classid CLASSID"},
    {"hashTable", 2, "TCA_U32_HASH", Type::U32,
     "The hash table it stands in, as tc's 'HT:HASH:NODE' in one number.", "ht HANDLE"},
    {"link", 3, "TCA_U32_LINK", Type::U32, "The hash table where the search goes on.", "link HANDLE"},
    {"divisor", 4, "TCA_U32_DIVISOR", Type::U32, "Of a hash table: its buckets.", "divisor NUMBER"},
    {"selector", 5, "TCA_U32_SEL", Type::Struct, "What packets must hold.", "match …", Access::ReadWrite,
     &u32Selector},
    {"police", 6, "TCA_U32_POLICE", Type::Bytes, "A policer of old; use `actions`.", "police …"},
    {"actions", 7, "TCA_U32_ACT", Type::List, "What is done with packets, in order.", "action KIND …",
     Access::ReadWrite, &actionList},
    {"inputLink", 8, "TCA_U32_INDEV", Type::Text, "The name of the link packets came in by.", "indev NAME",
     Access::ReadWrite, nullptr, Names(), INT64_MIN, 15},
    {"counts", 9, "TCA_U32_PCNT", Type::Bytes,
     "struct tc_u32_pcnt: what was looked at, and matched each key.", "-s", Access::ReadOnly},
    {"mark", 10, "TCA_U32_MARK", Type::Struct, "What the packet's mark must be.", "mark VALUE MASK",
     Access::ReadWrite, &u32Mark},
    {"flags", 11, "TCA_U32_FLAGS", Type::U32, "Where it runs.", "skip_hw | skip_sw", Access::ReadWrite,
     nullptr, anyOf(filterFlagNames)},
};
inline constexpr Table u32Filter{"U32", u32Rows};

inline constexpr Row flowerRows[] = {
    {"classId", 1, "TCA_FLOWER_CLASSID", Type::TcHandle, "The class packets go to.", "classid CLASSID"},
    {"inputLink", 2, "TCA_FLOWER_INDEV", Type::Text, "The name of the link packets came in by.", "indev NAME",
     Access::ReadWrite, nullptr, Names(), INT64_MIN, 15},
    {"actions", 3, "TCA_FLOWER_ACT", Type::List, "What is done with packets, in order.", "action KIND …",
     Access::ReadWrite, &actionList},
    {"destinationMac", 4, "TCA_FLOWER_KEY_ETH_DST", Type::Mac, "The frame's destination.", "dst_mac LLADDR"},
    {"destinationMacMask", 5, "TCA_FLOWER_KEY_ETH_DST_MASK", Type::Mac, "The bits of it that count."},
    {"sourceMac", 6, "TCA_FLOWER_KEY_ETH_SRC", Type::Mac, "The frame's source.", "src_mac LLADDR"},
    {"sourceMacMask", 7, "TCA_FLOWER_KEY_ETH_SRC_MASK", Type::Mac, "The bits of it that count."},
    {"etherType", 8, "TCA_FLOWER_KEY_ETH_TYPE", Type::Be16, "The protocol, as the filter's own `protocol`.",
     "protocol PROTOCOL"},
    {"ipProto", 9, "TCA_FLOWER_KEY_IP_PROTO", Type::U8, "The transport protocol.", "ip_proto NUMBER"},
    {"source", 10, "TCA_FLOWER_KEY_IPV4_SRC", Type::Ip, "The IPv4 source.", "src_ip PREFIX"},
    {"sourceMask", 11, "TCA_FLOWER_KEY_IPV4_SRC_MASK", Type::Ip, "The bits of it that count."},
    {"destination", 12, "TCA_FLOWER_KEY_IPV4_DST", Type::Ip, "The IPv4 destination.", "dst_ip PREFIX"},
    {"destinationMask", 13, "TCA_FLOWER_KEY_IPV4_DST_MASK", Type::Ip, "The bits of it that count."},
    {"source6", 14, "TCA_FLOWER_KEY_IPV6_SRC", Type::Ip, "The IPv6 source.", "src_ip PREFIX"},
    {"source6Mask", 15, "TCA_FLOWER_KEY_IPV6_SRC_MASK", Type::Ip, "The bits of it that count."},
    {"destination6", 16, "TCA_FLOWER_KEY_IPV6_DST", Type::Ip, "The IPv6 destination.", "dst_ip PREFIX"},
    {"destination6Mask", 17, "TCA_FLOWER_KEY_IPV6_DST_MASK", Type::Ip, "The bits of it that count."},
    {"tcpSource", 18, "TCA_FLOWER_KEY_TCP_SRC", Type::Be16, "The TCP source port.", "src_port PORT"},
    {"tcpDestination", 19, "TCA_FLOWER_KEY_TCP_DST", Type::Be16, "The TCP destination port.",
     "dst_port PORT"},
    {"udpSource", 20, "TCA_FLOWER_KEY_UDP_SRC", Type::Be16, "The UDP source port.", "src_port PORT"},
    {"udpDestination", 21, "TCA_FLOWER_KEY_UDP_DST", Type::Be16, "The UDP destination port.",
     "dst_port PORT"},
    {"flags", 22, "TCA_FLOWER_FLAGS", Type::U32, "Where it runs.", "skip_hw | skip_sw", Access::ReadWrite,
     nullptr, anyOf(filterFlagNames)},
    {"vlanId", 23, "TCA_FLOWER_KEY_VLAN_ID", Type::U16, "The VLAN.", "vlan_id VID", Access::ReadWrite,
     nullptr, Names(), 0, 4095},
    {"vlanPriority", 24, "TCA_FLOWER_KEY_VLAN_PRIO", Type::U8, "The VLAN tag's priority.", "vlan_prio NUMBER",
     Access::ReadWrite, nullptr, Names(), 0, 7},
    {"vlanEtherType", 25, "TCA_FLOWER_KEY_VLAN_ETH_TYPE", Type::Be16, "The protocol behind the VLAN tag.",
     "vlan_ethtype PROTOCOL"},
    {"tcpSourceMask", 35, "TCA_FLOWER_KEY_TCP_SRC_MASK", Type::Be16, "The bits of the port that count."},
    {"tcpDestinationMask", 36, "TCA_FLOWER_KEY_TCP_DST_MASK", Type::Be16, "The bits of the port that count."},
    {"udpSourceMask", 37, "TCA_FLOWER_KEY_UDP_SRC_MASK", Type::Be16, "The bits of the port that count."},
    {"udpDestinationMask", 38, "TCA_FLOWER_KEY_UDP_DST_MASK", Type::Be16, "The bits of the port that count."},
};
inline constexpr Table flower{"Flower", flowerRows};

inline constexpr Row filterKindRows[] = {
    {"flower", 1, "flower", Type::Nested, "By the fields of its headers.", "flower", Access::ReadWrite,
     &flower},
    {"matchall", 2, "matchall", Type::Nested, "Every packet.", "matchall", Access::ReadWrite, &matchall},
    {"u32", 3, "u32", Type::Nested, "By any 32 bits at a time.", "u32", Access::ReadWrite, &u32Filter},
};
inline constexpr Table filterKinds{"FilterKinds", filterKindRows};

}  // namespace netplumb
