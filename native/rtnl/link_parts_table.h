// The nests inside a link's attributes: kind and port, alternative names, XDP, hardware resources, hardware
// handles (include/uapi/linux/if_link.h, devlink.h, dpll.h). Knows no link kinds: their data is looked up by
// the sibling `kind`.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"

namespace netplumb {

inline constexpr Row linkInfoRows[] = {
    {"kind", 1, "IFLA_INFO_KIND", Type::Text, "The kind of link, such as 'bridge' or 'veth'.", "type KIND"},
    {"data", 2, "IFLA_INFO_DATA", Type::LinkData, "What the kind keeps about the link."},
    {"xstats", 3, "IFLA_INFO_XSTATS", Type::Bytes, "Counters of the kind's own, in a layout of its own.", "",
     Access::ReadOnly},
    {"slaveKind", 4, "IFLA_INFO_SLAVE_KIND", Type::Text, "The kind of the link this one is enslaved to.",
     "type KIND_slave"},
    {"slaveData", 5, "IFLA_INFO_SLAVE_DATA", Type::PortData,
     "What that kind keeps about its port; silently ignored while a link is created."},
};
inline constexpr Table linkInfo{"LinkInfo", linkInfoRows};

inline constexpr Row altNameRows[] = {
    {"altName", 53, "IFLA_ALT_IFNAME", Type::Text, "A further name of the link, at most 127 bytes.",
     "altname NAME", Access::ReadWrite, nullptr, Names(), INT64_MIN, 127},
};
inline constexpr Table altNames{"AltNames", altNameRows};

inline constexpr Row linkMapRows[] = {
    {"memoryStart", 0, "mem_start", Type::U64, "First address of the device's shared memory."},
    {"memoryEnd", 8, "mem_end", Type::U64, "Last address of the device's shared memory."},
    {"baseAddress", 16, "base_addr", Type::U64, "The device's I/O address."},
    {"irq", 24, "irq", Type::U16, "The device's interrupt."},
    {"dma", 26, "dma", Type::U8, "The device's DMA channel."},
    {"port", 27, "port", Type::U8, "Which of the device's connectors is used (IF_PORT_*)."},
};
inline constexpr Table linkMap{"LinkMap", linkMapRows, 32};

inline constexpr Name xdpAttachedNames[] = {
    {"none", 0}, {"driver", 1}, {"generic", 2}, {"hardware", 3}, {"multiple", 4}};
inline constexpr Name xdpFlagNames[] = {
    {"updateIfNoExist", 1}, {"generic", 2}, {"driver", 4}, {"hardware", 8}, {"replace", 16},
};
inline constexpr Row linkXdpRows[] = {
    {"fd", 1, "IFLA_XDP_FD", Type::S32, "Descriptor of the program to attach, -1 to detach.", "xdp",
     Access::WriteOnly},
    {"attached", 2, "IFLA_XDP_ATTACHED", Type::U8, "Where a program is attached.", "", Access::ReadOnly,
     nullptr, oneOf(xdpAttachedNames)},
    {"flags", 3, "IFLA_XDP_FLAGS", Type::U32,
     "How to attach: where, and whether what stands may be replaced.", "", Access::WriteOnly, nullptr,
     anyOf(xdpFlagNames)},
    {"programId", 4, "IFLA_XDP_PROG_ID", Type::U32, "The attached program, where there is one only.", "",
     Access::ReadOnly},
    {"driverProgramId", 5, "IFLA_XDP_DRV_PROG_ID", Type::U32, "The program attached in the driver.", "",
     Access::ReadOnly},
    {"genericProgramId", 6, "IFLA_XDP_SKB_PROG_ID", Type::U32, "The program attached above the driver.", "",
     Access::ReadOnly},
    {"hardwareProgramId", 7, "IFLA_XDP_HW_PROG_ID", Type::U32, "The program attached in the hardware.", "",
     Access::ReadOnly},
    {"expectedFd", 8, "IFLA_XDP_EXPECTED_FD", Type::S32,
     "Descriptor of the program that must stand there; needs the flag 'replace'.", "", Access::WriteOnly},
};
inline constexpr Table linkXdp{"LinkXdp", linkXdpRows};

inline constexpr Row protoDownReasonRows[] = {
    {"mask", 1, "IFLA_PROTO_DOWN_REASON_MASK", Type::U32, "The reason bits to change.", "",
     Access::WriteOnly},
    {"value", 2, "IFLA_PROTO_DOWN_REASON_VALUE", Type::U32, "The reason bits; their meaning is user space's.",
     "protodown_reason BIT { on | off }"},
};
inline constexpr Table protoDownReason{"ProtoDownReason", protoDownReasonRows};

inline constexpr Row devlinkPortRows[] = {
    {"busName", 1, "DEVLINK_ATTR_BUS_NAME", Type::Text, "The bus of the devlink instance.", "",
     Access::ReadOnly},
    {"deviceName", 2, "DEVLINK_ATTR_DEV_NAME", Type::Text, "The device of the devlink instance.", "",
     Access::ReadOnly},
    {"portIndex", 3, "DEVLINK_ATTR_PORT_INDEX", Type::U32, "The port's number within it.", "",
     Access::ReadOnly},
};
inline constexpr Table devlinkPort{"DevlinkPort", devlinkPortRows};

inline constexpr Row dpllPinRows[] = {
    {"id", 1, "DPLL_A_PIN_ID", Type::U32, "The pin's number.", "", Access::ReadOnly},
};
inline constexpr Table dpllPin{"DpllPin", dpllPinRows};

}  // namespace netplumb
