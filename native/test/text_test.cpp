// Addresses as text: what comes out goes in again, and nothing else goes in.
#include "netlink/text.h"

#include <doctest/doctest.h>

using namespace netplumb;

TEST_CASE("an address comes back as it went in, in canonical form") {
  for (const char* mac :
       {"02:00:00:00:00:01", "ff", "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13"})
    CHECK(formatMac(parseMac(mac).value()) == mac);
  CHECK(formatMac(parseMac("AA:bB:0c").value()) == "aa:bb:0c");
  for (const char* ip : {"0.0.0.0", "172.16.0.1", "255.255.255.255", "::", "fd00::1", "::ffff:10.0.0.1"})
    CHECK(formatIp(parseIp(ip).value()) == ip);
  CHECK(formatIp(parseIp("FD00:0:0:0::0001").value()) == "fd00::1");
  CHECK(formatBridgeId(parseBridgeId("8000.020000000001").value()) == "8000.020000000001");
}

TEST_CASE("a router of either family says which") {
  for (const char* ip : {"172.16.0.1", "fe80::1"}) CHECK(formatVia(parseVia(ip).value()) == ip);
  CHECK(parseVia("10.0.0.1").value() == ByteVector{2, 0, 10, 0, 0, 1});
  CHECK_FALSE(parseVia("10.0.0.1/8"));
  for (const ByteVector& other : {ByteVector{}, {2}, {2, 0}, {10, 0, 10, 0, 0, 1}, {17, 0, 2, 0, 0, 0, 0, 1}})
    CHECK_FALSE(formatVia(other));
}

TEST_CASE("what is no link-layer address is refused") {
  std::string tooLong = "00";
  for (int i = 1; i < 32; i++) tooLong += ":00";
  CHECK(parseMac(tooLong));
  CHECK_FALSE(parseMac(tooLong + ":00"));
  for (const char* text :
       {"", ":", "0", "02:", ":02", "02:0", "02:000", "02-00", "02:0g", "02 00", "0x:00", "02::00"})
    CHECK_FALSE_MESSAGE(parseMac(text), text);
}

TEST_CASE("what is no IP address is refused") {
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4",
                           "1.2.3.4/24", ":", ":::", "fd00::1%eth0", "12345::", "g::", "1:2:3:4:5:6:7:8:9",
                           "00000000000000000000000000000000000000000000000000000001.2.3.4"})
    CHECK_FALSE_MESSAGE(parseIp(text), text);
  CHECK_FALSE(parseIp({"1.2.3.4\0", 8}));
  CHECK_FALSE(formatIp(ByteVector(5)));
  CHECK_FALSE(formatIp({}));
}

TEST_CASE("what is no bridge id is refused") {
  for (const char* text : {"", "8000", "8000.02000000000", "8000.0200000000010", "8000:020000000001",
                           "800g.020000000001", "8000.02000000000g"})
    CHECK_FALSE_MESSAGE(parseBridgeId(text), text);
}
