// What the writer lays out, byte for byte, and that nothing is cut down to the 16 bits of nla_len.
#include "netlink/writer.h"

#include <doctest/doctest.h>
#include <linux/netlink.h>

#include <stdexcept>
#include <string>

using namespace netplumb;

static std::string hex(Bytes bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i++) {
    if (i != 0) text += i % 4 == 0 ? ' ' : '.';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

static std::string written(void (*write)(Writer&)) {
  Writer writer;
  write(writer);
  return hex(writer.bytes());
}

TEST_CASE("an attribute is its length, its type and its payload, padded to four") {
  CHECK(written([](Writer& w) { w.number<uint8_t>(7, 42); }) == "05.00.07.00 2a.00.00.00");
  CHECK(written([](Writer& w) { w.number<uint16_t>(7, 0x102); }) == "06.00.07.00 02.01.00.00");
  CHECK(written([](Writer& w) { w.number<uint32_t>(7, 0x1020304); }) == "08.00.07.00 04.03.02.01");
  CHECK(written([](Writer& w) { w.attribute(0x107, {}); }) == "04.00.07.01");
}

TEST_CASE("text ends with a NUL that its length counts") {
  CHECK(written([](Writer& w) { w.text(3, "br0"); }) == "08.00.03.00 62.72.30.00");
  CHECK(written([](Writer& w) { w.text(3, "veth"); }) == "09.00.03.00 76.65.74.68 00.00.00.00");
  CHECK(written([](Writer& w) { w.text(3, ""); }) == "05.00.03.00 00.00.00.00");
}

TEST_CASE("a nest's length covers what was written inside, padding included") {
  CHECK(written([](Writer& w) {
          const auto outer = w.beginNest(1);
          const auto inner = w.beginNest(2 | NLA_F_NESTED);
          w.number<uint8_t>(3, 1);
          w.endNest(inner);
          w.endNest(outer);
        }) == "10.00.01.00 0c.00.02.80 05.00.03.00 01.00.00.00");
  CHECK(written([](Writer& w) { w.endNest(w.beginNest(1)); }) == "04.00.01.00");
}

TEST_CASE("messages stand one after the other, each with its own length") {
  CHECK(written([](Writer& w) {
          const auto first = w.beginMessage(16, NLM_F_REQUEST);
          w.reserve(1);
          w.endMessage(first);
          w.endMessage(w.beginMessage(17, 0));
        }) ==
        "14.00.00.00 10.00.01.00 00.00.00.00 00.00.00.00 00.00.00.00 "
        "10.00.00.00 11.00.00.00 00.00.00.00 00.00.00.00");
}

TEST_CASE("offsets point at payloads, to be filled in later") {
  Writer writer;
  const size_t number = writer.number<uint32_t>(1, 0);
  const size_t text = writer.text(2, "a");
  CHECK(number == 4);
  CHECK(text == 12);
  writer.patch<uint32_t>(number, 5);
  CHECK(hex(writer.bytes()) == "08.00.01.00 05.00.00.00 06.00.02.00 61.00.00.00");
}

TEST_CASE("what does not fit into one attribute is refused, never cut") {
  Writer writer;
  CHECK_NOTHROW(writer.attribute(1, ByteVector(65'531)));
  CHECK_THROWS_AS(writer.attribute(1, ByteVector(65'532)), std::length_error);
  CHECK_NOTHROW(writer.text(1, std::string(65'530, 'x')));
  CHECK_THROWS_AS(writer.text(1, std::string(65'531, 'x')), std::length_error);
  CHECK_THROWS_AS(writer.text(1, std::string(70'000, 'x')), std::length_error);

  const auto nest = writer.beginNest(1);
  writer.reserve(65'528);
  CHECK_NOTHROW(writer.endNest(nest));
  writer.reserve(4);
  CHECK_THROWS_AS(writer.endNest(nest), std::length_error);
}
