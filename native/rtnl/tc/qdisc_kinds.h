// What TCA_OPTIONS of a queueing discipline or a class holds, by kind (include/uapi/linux/pkt_sched.h,
// net/sched/sch_*.c). ingress and clsact have none. Times inside structs are in ticks: see rate_table.h.
#pragma once

#include "netlink/table.h"
#include "rtnl/names.h"
#include "rtnl/tc/rate_table.h"

namespace netplumb {

inline constexpr Row tbfParmsRows[] = {
    {"rate", 0, "rate", Type::Struct, "How fast tokens come.", "rate RATE", Access::ReadWrite, &rateSpec},
    {"peakRate", 12, "peakrate", Type::Struct, "How fast packets may leave at most; none by default.",
     "peakrate RATE", Access::ReadWrite, &rateSpec},
    {"limit", 24, "limit", Type::U32, "Bytes that may wait.", "limit BYTES"},
    {"buffer", 28, "buffer", Type::U32, "The bucket, as the time in ticks it takes to send it.",
     "burst BYTES"},
    {"mtu", 32, "mtu", Type::U32, "The peak rate's bucket, as the time in ticks it takes to send it.",
     "mtu BYTES"},
};
inline constexpr Table tbfParms{"TbfParms", tbfParmsRows, 36};

inline constexpr Row tbfRows[] = {
    {"parms", 1, "TCA_TBF_PARMS", Type::Struct, "Rate, bucket and limit.", "", Access::ReadWrite, &tbfParms},
    {"rateTable", 2, "TCA_TBF_RTAB", Type::U32Array,
     "256 ticks by packet size; read where `linkLayer` is 'unaware'.", "", Access::WriteOnly},
    {"peakTable", 3, "TCA_TBF_PTAB", Type::U32Array, "The same for the peak rate.", "", Access::WriteOnly},
    {"rate64", 4, "TCA_TBF_RATE64", Type::U64, "Bytes per second, where 32 bits do not hold them.",
     "rate RATE"},
    {"peakRate64", 5, "TCA_TBF_PRATE64", Type::U64, "Peak bytes per second, where 32 bits do not hold them.",
     "peakrate RATE"},
    {"burst", 6, "TCA_TBF_BURST", Type::U32, "The bucket in bytes; `buffer` is then not read.", "burst BYTES",
     Access::WriteOnly},
    {"peakBurst", 7, "TCA_TBF_PBURST", Type::U32, "The peak rate's bucket in bytes; `mtu` is then not read.",
     "mtu BYTES", Access::WriteOnly},
};
inline constexpr Table tbf{"Tbf", tbfRows};

inline constexpr Row htbParmsRows[] = {
    {"rate", 0, "rate", Type::Struct, "What the class is sure of.", "rate RATE", Access::ReadWrite,
     &rateSpec},
    {"ceil", 12, "ceil", Type::Struct, "What it gets at most, when others leave it.", "ceil RATE",
     Access::ReadWrite, &rateSpec},
    {"buffer", 24, "buffer", Type::U32, "The bucket of `rate`, as the time in ticks it takes to send it.",
     "burst BYTES"},
    {"ceilBuffer", 28, "cbuffer", Type::U32,
     "The bucket of `ceil`, as the time in ticks it takes to send it.", "cburst BYTES"},
    {"quantum", 32, "quantum", Type::U32, "Bytes served at a time; `rate` by `rate2quantum` by default.",
     "quantum BYTES"},
    {"level", 36, "level", Type::U32, "The height in the tree; 0 for a leaf.", "", Access::ReadOnly},
    {"priority", 40, "prio", Type::U32, "Leaves of a lower number are served first, 0 to 7.", "prio NUMBER"},
};
inline constexpr Table htbParms{"HtbParms", htbParmsRows, 44};

inline constexpr Row htbInitRows[] = {
    {"version", 0, "version", Type::U32, "The protocol's version: 3."},
    {"rate2quantum", 4, "rate2quantum", Type::U32,
     "What a class' rate is divided by for its quantum; 10 is usual.", "r2q NUMBER"},
    {"defaultClass", 8, "defcls", Type::U32,
     "The minor number of the class for packets no filter sends elsewhere.", "default NUMBER"},
    {"debug", 12, "debug", Type::U32, "No longer used."},
    {"directPackets", 16, "direct_pkts", Type::U32, "Packets that passed unshaped.", "direct_packets_stat",
     Access::ReadOnly},
};
inline constexpr Table htbInit{"HtbInit", htbInitRows, 20};

inline constexpr Row htbRows[] = {
    {"parms", 1, "TCA_HTB_PARMS", Type::Struct, "Of a class: rates and buckets.", "", Access::ReadWrite,
     &htbParms},
    {"init", 2, "TCA_HTB_INIT", Type::Struct, "Of the discipline itself.", "", Access::ReadWrite, &htbInit},
    {"ceilTable", 3, "TCA_HTB_CTAB", Type::U32Array,
     "256 ticks by packet size; read where `linkLayer` is 'unaware'.", "", Access::WriteOnly},
    {"rateTable", 4, "TCA_HTB_RTAB", Type::U32Array, "The same for `rate`.", "", Access::WriteOnly},
    {"directQueueLength", 5, "TCA_HTB_DIRECT_QLEN", Type::U32, "Packets that may wait unshaped.",
     "direct_qlen PACKETS"},
    {"rate64", 6, "TCA_HTB_RATE64", Type::U64, "Bytes per second, where 32 bits do not hold them.",
     "rate RATE"},
    {"ceil64", 7, "TCA_HTB_CEIL64", Type::U64, "Bytes per second at most, where 32 bits do not hold them.",
     "ceil RATE"},
    {"offload", 9, "TCA_HTB_OFFLOAD", Type::Flag, "Whether the hardware does it.", "offload"},
};
inline constexpr Table htb{"Htb", htbRows};

inline constexpr Row fqCodelRows[] = {
    {"target", 1, "TCA_FQ_CODEL_TARGET", Type::U32,
     "The delay that is accepted, in microseconds; 5000 by default.", "target TIME"},
    {"limit", 2, "TCA_FQ_CODEL_LIMIT", Type::U32, "Packets that may wait; 10240 by default.",
     "limit PACKETS"},
    {"interval", 3, "TCA_FQ_CODEL_INTERVAL", Type::U32,
     "How long the delay may be above the target, in microseconds; 100000 by default.", "interval TIME"},
    {"ecn", 4, "TCA_FQ_CODEL_ECN", Type::U32,
     "1 to mark packets instead of dropping them, which is the default.", "ecn | noecn"},
    {"flows", 5, "TCA_FQ_CODEL_FLOWS", Type::U32, "Number of queues; 1024 by default, fixed at creation.",
     "flows NUMBER"},
    {"quantum", 6, "TCA_FQ_CODEL_QUANTUM", Type::U32,
     "Bytes served of a queue at a time; the MTU by default.", "quantum BYTES"},
    {"ceThreshold", 7, "TCA_FQ_CODEL_CE_THRESHOLD", Type::U32,
     "The delay above which packets are marked, in microseconds; none by default.", "ce_threshold TIME"},
    {"dropBatchSize", 8, "TCA_FQ_CODEL_DROP_BATCH_SIZE", Type::U32,
     "Packets dropped at once when full; 64 by default.", "drop_batch PACKETS"},
    {"memoryLimit", 9, "TCA_FQ_CODEL_MEMORY_LIMIT", Type::U32, "Bytes that may wait; 32 MiB by default.",
     "memory_limit BYTES"},
    {"ceThresholdSelector", 10, "TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR", Type::U8,
     "The traffic class, without its ECN bits, that `ceThreshold` is for."},
    {"ceThresholdMask", 11, "TCA_FQ_CODEL_CE_THRESHOLD_MASK", Type::U8, "Which of its bits count."},
};
inline constexpr Table fqCodel{"FqCodel", fqCodelRows};

inline constexpr Row fifoRows[] = {
    {"limit", 0, "limit", Type::U32, "Packets that may wait, or bytes with bfifo.", "limit NUMBER"},
};
inline constexpr Table fifo{"Fifo", fifoRows, 4};

// Rows of a choice are named as the kernel's kinds are; their numbers mean nothing.
inline constexpr Row qdiscKindRows[] = {
    {"bfifo", 1, "bfifo", Type::Struct, "First in, first out, so many bytes.", "bfifo", Access::ReadWrite,
     &fifo},
    {"fq_codel", 2, "fq_codel", Type::Nested, "A queue for each flow, each kept short.", "fq_codel",
     Access::ReadWrite, &fqCodel},
    {"htb", 3, "htb", Type::Nested, "A tree of classes that share a rate.", "htb", Access::ReadWrite, &htb},
    {"pfifo", 4, "pfifo", Type::Struct, "First in, first out, so many packets.", "pfifo", Access::ReadWrite,
     &fifo},
    {"tbf", 5, "tbf", Type::Nested, "One rate for all.", "tbf", Access::ReadWrite, &tbf},
};
inline constexpr Table qdiscKinds{"QdiscKinds", qdiscKindRows};

}  // namespace netplumb
