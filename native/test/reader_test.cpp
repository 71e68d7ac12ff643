// That no length in a message is believed: every one that is too small, too large or cut short is refused.
#include "netlink/reader.h"

#include <doctest/doctest.h>
#include <linux/netlink.h>

#include <string>

using namespace netplumb;

template <typename Reader>
static size_t countAll(Bytes bytes) {
  Reader reader(bytes);
  size_t count = 0;
  while (reader.next()) count++;
  return count;
}

// The bytes as they are, in a block of their own, so that a sanitizer sees one byte too many.
static bool isRefused(size_t (*count)(Bytes), Bytes bytes) {
  const ByteVector exact(bytes.begin(), bytes.end());
  try {
    count(exact);
    return false;
  } catch (const MalformedMessage&) {
    return true;
  }
}

static ByteVector message(uint32_t length, size_t size) {
  ByteVector bytes(size);
  const nlmsghdr header{length, 16, 0, 1, 0};
  std::memcpy(bytes.data(), &header, std::min(size, sizeof header));
  return bytes;
}

static ByteVector attribute(uint16_t length, size_t size) {
  ByteVector bytes(size);
  const nlattr header{length, 1};
  std::memcpy(bytes.data(), &header, std::min(size, sizeof header));
  return bytes;
}

TEST_CASE("nothing is read from nothing") {
  CHECK(countAll<MessageReader>({}) == 0);
  CHECK(countAll<AttributeReader>({}) == 0);
}

TEST_CASE("what was written is read back") {
  Writer writer;
  for (const uint16_t type : {16, 20}) {
    const auto mark = writer.beginMessage(type, NLM_F_REQUEST);
    writer.text(1, "br0");
    const auto nest = writer.beginNest(2 | NLA_F_NESTED);
    writer.number<uint8_t>(3, type);
    writer.endNest(nest);
    writer.endMessage(mark);
  }
  MessageReader messages(writer.bytes());
  for (const uint16_t type : {16, 20}) {
    const auto message = messages.next();
    REQUIRE(message);
    CHECK(message->type == type);
    CHECK(message->flags == NLM_F_REQUEST);
    CHECK(message->whole.size() == message->payload.size() + NLMSG_HDRLEN);
    AttributeReader attributes(message->payload);
    CHECK(readText(attributes.next()->payload) == "br0");
    const auto nest = attributes.next();
    CHECK(nest->type == 2);  // without its flag
    CHECK(readAt<uint8_t>(findAttribute(nest->payload, 3)->payload) == type);
    CHECK_FALSE(findAttribute(nest->payload, 4));
    CHECK_FALSE(attributes.next());
  }
  CHECK_FALSE(messages.next());
}

TEST_CASE("a message's padding may be missing at the end, and only there") {
  ByteVector bytes = message(17, 20);
  const ByteVector second = message(17, 17);
  bytes.insert(bytes.end(), second.begin(), second.end());
  CHECK(countAll<MessageReader>(bytes) == 2);
}

TEST_CASE("a message with a bad length is refused") {
  for (size_t size = 1; size < NLMSG_HDRLEN; size++)
    CHECK(isRefused(countAll<MessageReader>, message(16, size)));
  for (uint32_t length = 0; length < NLMSG_HDRLEN; length++)
    CHECK(isRefused(countAll<MessageReader>, message(length, 32)));
  for (const uint32_t length : {33U, 0x7fffffffU, 0x80000000U, 0xfffffffdU, 0xffffffffU})
    CHECK(isRefused(countAll<MessageReader>, message(length, 32)));
  CHECK_FALSE(isRefused(countAll<MessageReader>, message(32, 32)));
}

TEST_CASE("an attribute with a bad length is refused") {
  for (size_t size = 1; size < NLA_HDRLEN; size++)
    CHECK(isRefused(countAll<AttributeReader>, attribute(4, size)));
  for (uint16_t length = 0; length < NLA_HDRLEN; length++)
    CHECK(isRefused(countAll<AttributeReader>, attribute(length, 8)));
  for (const uint16_t length : {9, 0x7fff, 0xfffc, 0xffff})
    CHECK(isRefused(countAll<AttributeReader>, attribute(length, 8)));
  for (size_t rest = 1; rest < 4; rest++)  // a whole attribute, and then less than a header
    CHECK(isRefused(countAll<AttributeReader>, attribute(8, 8 + rest)));
  CHECK_FALSE(isRefused(countAll<AttributeReader>, attribute(5, 5)));
}

TEST_CASE("a number is read only where all of it stands") {
  const ByteVector bytes(6, 1);
  CHECK(readAt<uint32_t>(bytes, 2) == 0x01010101);
  for (const size_t offset : {size_t{3}, size_t{6}, size_t{7}, SIZE_MAX, SIZE_MAX - 3})
    CHECK_THROWS_AS(readAt<uint32_t>(bytes, offset), MalformedMessage);
  CHECK_THROWS_AS(readAt<uint8_t>(Bytes()), MalformedMessage);
}

TEST_CASE("text ends at its first NUL, or where the bytes end") {
  const auto read = [](std::string_view text) {
    return std::string(readText({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  };
  CHECK(read({"br0\0\0x", 6}) == "br0");
  CHECK(read("br0") == "br0");
  CHECK(read("").empty());
  CHECK(read({"\0", 1}).empty());
}
