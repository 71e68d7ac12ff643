// Addresses as text: link-layer addresses, IP addresses, bridge ids, handles of traffic control. Strict in,
// canonical out.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "netlink/writer.h"

namespace netplumb {

// 'aa:bb:cc:dd:ee:ff'; any number of bytes from 1 to 32.
std::string formatMac(Bytes bytes);
std::optional<ByteVector> parseMac(std::string_view text);

// 4 bytes: IPv4, 16: IPv6; anything else is empty.
std::optional<std::string> formatIp(Bytes bytes);
std::optional<ByteVector> parseIp(std::string_view text);

// struct rtvia: a family in two bytes, then an address of it; empty where that is neither IPv4 nor IPv6.
std::optional<std::string> formatVia(Bytes bytes);
std::optional<ByteVector> parseVia(std::string_view text);

// struct ifla_bridge_id as brctl and ip print it: '8000.02aabbccddee'.
std::string formatBridgeId(Bytes eightBytes);
std::optional<ByteVector> parseBridgeId(std::string_view text);

// A handle of traffic control as tc prints it: major and minor in hexadecimal, '1:' and '1:10'; 'root',
// 'none'. 'ingress' and 'clsact', the place where either stands, are read only: tc prints that as ffff:fff1.
std::string formatTcHandle(uint32_t handle);
std::optional<uint32_t> parseTcHandle(std::string_view text);

}  // namespace netplumb
