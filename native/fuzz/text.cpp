// Addresses as text: what is accepted prints as a text that means the same.
#include "netlink/text.h"

#include "fuzz/target.h"

namespace netplumb::fuzz {

static void readMac(std::string_view text) {
  const auto bytes = parseMac(text);
  if (!bytes) return;
  require(!bytes->empty() && bytes->size() <= 32, "a link-layer address has 1 to 32 bytes");
  require(parseMac(formatMac(*bytes)) == bytes, "a MAC is not read as it was written");
}

static void readIp(std::string_view text) {
  const auto bytes = parseIp(text);
  if (!bytes) return;
  require(bytes->size() == 4 || bytes->size() == 16, "an IP address has 4 or 16 bytes");
  require(parseIp(formatIp(*bytes).value()) == bytes, "an IP address is not read as it was written");
}

static void readVia(std::string_view text) {
  const auto bytes = parseVia(text);
  if (!bytes) return;
  require(parseVia(formatVia(*bytes).value()) == bytes, "a router is not read as it was written");
}

static void readBridgeId(std::string_view text) {
  const auto bytes = parseBridgeId(text);
  if (!bytes) return;
  require(bytes->size() == 8, "a bridge id has 8 bytes");
  require(parseBridgeId(formatBridgeId(*bytes)) == bytes, "a bridge id is not read as it was written");
}

static void readText(Bytes bytes) {
  for (const auto read : {readMac, readIp, readVia, readBridgeId}) read(textOf(bytes));
}

static Seeds texts(Captures) {
  Seeds seeds;
  for (const std::string_view text :
       {"02:00:00:00:00:01", "00", "172.16.0.1", "fe80::1", "::ffff:172.16.0.1", "8000.020000000001"})
    seeds.push_back(bytesOf(text));
  return seeds;
}

std::vector<Target> textTargets() { return {{"text", readText, texts}}; }

}  // namespace netplumb::fuzz
