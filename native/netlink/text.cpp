// IP addresses go through inet_pton and inet_ntop, so that they read and print as every other tool's do.
#include "netlink/text.h"

#include <arpa/inet.h>

#include <cstdio>
#include <cstring>
#include <utility>

namespace netplumb {

static constexpr char hexDigits[] = "0123456789abcdef";

static int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads hexadecimal byte pairs that `separator` divides ('\0': nothing divides them).
static std::optional<ByteVector> parseHex(std::string_view text, char separator) {
  ByteVector bytes;
  const size_t step = separator ? 3 : 2;
  if (text.empty() || (separator ? text.size() + 1 : text.size()) % step != 0) return std::nullopt;
  for (size_t i = 0; i < text.size(); i += step) {
    const int high = hexValue(text[i]), low = hexValue(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    if (separator && i + 2 < text.size() && text[i + 2] != separator) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(high << 4 | low));
  }
  return bytes;
}

static void appendHex(std::string& text, uint8_t byte) {
  text += hexDigits[byte >> 4];
  text += hexDigits[byte & 15];
}

std::string formatMac(Bytes bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    if (!text.empty()) text += ':';
    appendHex(text, byte);
  }
  return text;
}

std::optional<ByteVector> parseMac(std::string_view text) {
  auto bytes = parseHex(text, ':');
  if (bytes && bytes->size() > 32) return std::nullopt;  // MAX_ADDR_LEN
  return bytes;
}

std::optional<std::string> formatIp(Bytes bytes) {
  char buffer[INET6_ADDRSTRLEN];
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), buffer, sizeof buffer);
  return buffer;
}

std::optional<ByteVector> parseIp(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  const bool v6 = text.find(':') != std::string_view::npos;
  ByteVector bytes(v6 ? 16 : 4);
  if (inet_pton(v6 ? AF_INET6 : AF_INET, terminated.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<std::string> formatVia(Bytes bytes) {
  uint16_t family = 0;
  if (bytes.size() < sizeof family) return std::nullopt;
  std::memcpy(&family, bytes.data(), sizeof family);
  const Bytes address = bytes.subspan(sizeof family);
  if (family != (address.size() == 4 ? AF_INET : AF_INET6)) return std::nullopt;
  return formatIp(address);
}

std::optional<ByteVector> parseVia(std::string_view text) {
  const auto address = parseIp(text);
  if (!address) return std::nullopt;
  const uint16_t family = address->size() == 4 ? AF_INET : AF_INET6;
  ByteVector bytes(sizeof family);
  std::memcpy(bytes.data(), &family, sizeof family);
  bytes.insert(bytes.end(), address->begin(), address->end());
  return bytes;
}

std::string formatBridgeId(Bytes bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i++) {
    if (i == 2) text += '.';
    appendHex(text, bytes[i]);
  }
  return text;
}

std::optional<ByteVector> parseBridgeId(std::string_view text) {
  if (text.size() != 17 || text[4] != '.') return std::nullopt;
  auto bytes = parseHex(text.substr(0, 4), '\0');
  auto address = parseHex(text.substr(5), '\0');
  if (!bytes || !address) return std::nullopt;
  bytes->insert(bytes->end(), address->begin(), address->end());
  return bytes;
}

// TC_H_* of include/uapi/linux/pkt_sched.h.
static constexpr std::pair<std::string_view, uint32_t> tcPlaces[] = {
    {"none", 0}, {"root", 0xffffffff}, {"clsact", 0xfffffff1}, {"ingress", 0xfffffff1}};

std::string formatTcHandle(uint32_t handle) {
  if (handle == tcPlaces[0].second || handle == tcPlaces[1].second)
    return std::string(tcPlaces[handle == 0 ? 0 : 1].first);
  char buffer[16];
  const unsigned major = handle >> 16, minor = handle & 0xffff;
  if (minor == 0)
    std::snprintf(buffer, sizeof buffer, "%x:", major);
  else if (major == 0)
    std::snprintf(buffer, sizeof buffer, ":%x", minor);
  else
    std::snprintf(buffer, sizeof buffer, "%x:%x", major, minor);
  return buffer;
}

std::optional<uint32_t> parseTcHandle(std::string_view text) {
  for (const auto& [name, handle] : tcPlaces)
    if (name == text) return handle;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() < 2) return std::nullopt;
  uint32_t halves[2] = {};
  for (size_t half = 0; half < 2; half++) {
    const std::string_view digits = half == 0 ? text.substr(0, colon) : text.substr(colon + 1);
    if (digits.size() > 4) return std::nullopt;
    for (const char c : digits) {
      const int digit = hexValue(c);
      if (digit < 0) return std::nullopt;
      halves[half] = halves[half] << 4 | static_cast<uint32_t>(digit);
    }
  }
  return halves[0] << 16 | halves[1];
}

}  // namespace netplumb
