// A link's traffic counters: struct rtnl_link_stats64 and its older 32-bit form
// (include/uapi/linux/if_link.h). The two have the same fields in the same order; only the width differs.
#pragma once

#include <array>

#include "netlink/table.h"

namespace netplumb {

struct Counter {
  std::string_view name, kernel, meaning;
};

inline constexpr Counter linkCounters[] = {
    {"rxPackets", "rx_packets", "Good packets received."},
    {"txPackets", "tx_packets", "Packets handed over for transmission."},
    {"rxBytes", "rx_bytes", "Bytes of the good packets received."},
    {"txBytes", "tx_bytes", "Bytes of the packets transmitted."},
    {"rxErrors", "rx_errors", "Bad packets received, all causes together."},
    {"txErrors", "tx_errors", "Packets that could not be transmitted, all causes together."},
    {"rxDropped", "rx_dropped", "Packets received but not processed, for lack of memory or of a protocol."},
    {"txDropped", "tx_dropped", "Packets dropped on their way out, for lack of room."},
    {"multicast", "multicast", "Multicast packets received."},
    {"collisions", "collisions", "Collisions while transmitting."},
    {"rxLengthErrors", "rx_length_errors", "Packets dropped for an invalid length."},
    {"rxOverErrors", "rx_over_errors", "Receiver ring overflows."},
    {"rxCrcErrors", "rx_crc_errors", "Packets received with a wrong checksum of the frame."},
    {"rxFrameErrors", "rx_frame_errors", "Packets received with a misaligned frame."},
    {"rxFifoErrors", "rx_fifo_errors", "Receiver queue overflows."},
    {"rxMissedErrors", "rx_missed_errors", "Packets the host was too slow to take from the device."},
    {"txAbortedErrors", "tx_aborted_errors", "Transmissions given up."},
    {"txCarrierErrors", "tx_carrier_errors", "Transmissions lost because the carrier went."},
    {"txFifoErrors", "tx_fifo_errors", "Transmissions lost because the device ran out of data."},
    {"txHeartbeatErrors", "tx_heartbeat_errors", "Heartbeat errors of old half-duplex Ethernet."},
    {"txWindowErrors", "tx_window_errors", "Transmissions lost to late collisions."},
    {"rxCompressed", "rx_compressed", "Compressed packets received."},
    {"txCompressed", "tx_compressed", "Compressed packets transmitted."},
    {"rxNoHandler", "rx_nohandler", "Packets dropped because this link is not meant to receive."},
    {"rxOtherHostDropped", "rx_otherhost_dropped",
     "Packets dropped because their MAC address is another host's."},
};

template <size_t count>
constexpr std::array<Row, count> counterRows(Type type, uint16_t width) {
  std::array<Row, count> rows{};
  for (size_t i = 0; i < count; i++) {
    const Counter& counter = linkCounters[i];
    rows[i] = {counter.name,    static_cast<uint16_t>(i * width), counter.kernel, type, counter.meaning, "",
               Access::ReadOnly};
  }
  return rows;
}

inline constexpr auto linkStats64Rows = counterRows<std::size(linkCounters)>(Type::U64, 8);
inline constexpr Table linkStats64{"LinkStats64", linkStats64Rows, 200};

// The last counter came after the 32-bit form was frozen.
inline constexpr auto linkStatsRows = counterRows<std::size(linkCounters) - 1>(Type::U32, 4);
inline constexpr Table linkStats{"LinkStats", linkStatsRows, 96};

// Whether a link's attribute holds them.
constexpr bool isCounters(const Row& row) { return row.table == &linkStats || row.table == &linkStats64; }

}  // namespace netplumb
