// Packets as bytes, written out from RFC 791 and 792. A packet that is cut short is an allocation of its own,
// so that ASan sees its end.
#include "os/icmp_packet.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <vector>

using namespace netplumb;

namespace {

using Bytes = std::vector<uint8_t>;

EchoKey someKey() {
  EchoKey key{0x1234, 7, {}};
  key.token.fill('a');
  return key;
}

in_addr address(const char* text) {
  in_addr parsed{};
  REQUIRE(::inet_pton(AF_INET, text, &parsed) == 1);
  return parsed;
}

Bytes ip(const char* from, const char* to, const Bytes& payload, size_t options = 0) {
  Bytes packet(20 + options);
  packet[0] = static_cast<uint8_t>(0x40 | (packet.size() / 4));
  size_t total = packet.size() + payload.size();
  packet[2] = static_cast<uint8_t>(total >> 8);
  packet[3] = static_cast<uint8_t>(total);
  packet[8] = 61;
  packet[9] = 1;
  in_addr source = address(from), destination = address(to);
  std::memcpy(&packet[12], &source, 4);
  std::memcpy(&packet[16], &destination, 4);
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

Bytes echo(uint8_t type, const EchoKey& key) {
  auto message = buildEchoRequest(key);
  Bytes bytes(message.begin(), message.end());
  bytes[0] = type;
  return bytes;
}

Bytes unreachable(const Bytes& quoted, uint8_t type = 3) {
  Bytes message{type, 1, 0, 0, 0, 0, 0, 0};
  message.insert(message.end(), quoted.begin(), quoted.end());
  return message;
}

}  // namespace

TEST_CASE("an echo request has the wire's bytes") {
  Bytes expected{8, 0, 0xda, 0xb9, 0x12, 0x34, 0, 7};
  expected.insert(expected.end(), 16, 'a');
  CHECK(echo(8, someKey()) == expected);
}

TEST_CASE("a reply is ours by identifier, sequence and token, with or without IP options") {
  EchoKey key = someKey();
  for (size_t options : {0u, 40u}) {
    Bytes bytes = ip("1.1.1.1", "172.16.0.2", echo(0, key), options);
    auto packet = parseIcmp(bytes);
    REQUIRE(packet);
    CHECK(packet->source.s_addr == address("1.1.1.1").s_addr);
    CHECK(packet->ttl == 61);
    CHECK(isReplyTo(*packet, key));
    EchoKey other = key;
    other.identifier = 1;
    CHECK_FALSE(isReplyTo(*packet, other));
    other = key;
    other.sequence = 8;
    CHECK_FALSE(isReplyTo(*packet, other));
    other = key;
    other.token[15] = 'b';
    CHECK_FALSE(isReplyTo(*packet, other));
  }
  Bytes request = ip("1.1.1.1", "172.16.0.2", echo(8, key));
  CHECK_FALSE(isReplyTo(*parseIcmp(request), key));
}

TEST_CASE("an error is about ours by what it quotes, however little that is") {
  EchoKey key = someKey();
  Bytes quoted = ip("172.16.0.2", "1.1.1.1", echo(8, key));
  auto about = [&](const Bytes& message, const char* target = "1.1.1.1") {
    Bytes bytes = ip("172.16.0.1", "172.16.0.2", message);
    auto packet = parseIcmp(bytes);
    return packet && isErrorAbout(*packet, key, address(target));
  };
  CHECK(about(unreachable(quoted)));
  CHECK(about(unreachable(quoted, 11)));
  CHECK(about(unreachable(Bytes(quoted.begin(), quoted.begin() + 28))));
  CHECK_FALSE(about(unreachable(Bytes(quoted.begin(), quoted.begin() + 27))));
  CHECK_FALSE(about(unreachable({})));
  CHECK_FALSE(about(unreachable(quoted), "1.1.1.2"));
  CHECK_FALSE(about(unreachable(quoted, 5)));
  CHECK_FALSE(about(unreachable(ip("172.16.0.2", "1.1.1.1", echo(0, key)))));
  Bytes udp = quoted;
  udp[9] = 17;
  CHECK_FALSE(about(unreachable(udp)));
  Bytes longHeader = quoted;
  longHeader[0] = 0x4f;
  CHECK_FALSE(about(unreachable(longHeader)));
}

TEST_CASE("a packet shorter than it says is not read") {
  Bytes whole = ip("1.1.1.1", "172.16.0.2", unreachable(ip("172.16.0.2", "1.1.1.1", echo(8, someKey()))));
  CHECK(parseIcmp(whole));
  for (size_t size = 0; size < whole.size(); ++size) {
    Bytes cut(whole.begin(),
              whole.begin() + static_cast<long>(size));  // its own allocation, so that ASan sees the end
    CHECK_FALSE(parseIcmp(cut));
  }
  Bytes lies = whole;
  lies[3] = 27;  // shorter than its headers
  CHECK_FALSE(parseIcmp(lies));
  lies = whole;
  lies[0] = 0x44;  // a header of 16 bytes
  CHECK_FALSE(parseIcmp(lies));
  lies[0] = 0x65;  // not IPv4
  CHECK_FALSE(parseIcmp(lies));
}

TEST_CASE("no bytes make it read past the end") {
  std::mt19937 random(20);
  EchoKey key = someKey();
  size_t parsed = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = ip("1.1.1.1", "1.1.1.2", unreachable(ip("1.1.1.2", "1.1.1.1", echo(8, key))));
    for (int change = 0; change < 3; ++change)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    bytes.resize(random() % 8 == 0 ? random() % bytes.size() : bytes.size());
    bytes.shrink_to_fit();
    if (auto packet = parseIcmp(bytes)) {
      ++parsed;
      isReplyTo(*packet, key);
      isErrorAbout(*packet, key, address("1.1.1.1"));
    }
  }
  CHECK(parsed > 1000);
}

TEST_CASE("an error's code says which part was unreachable") {
  CHECK(describeError(3, 0).errnum == ENETUNREACH);
  CHECK(describeError(3, 9).errnum == ENETUNREACH);
  CHECK(describeError(3, 1).errnum == EHOSTUNREACH);
  CHECK(describeError(3, 13).errnum == EHOSTUNREACH);
  CHECK(describeError(3, 200).errnum == EHOSTUNREACH);
  CHECK(std::string(describeError(11, 0).reason) == "time to live exceeded");
}
