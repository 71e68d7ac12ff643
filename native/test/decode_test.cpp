// The decoder over the real tables, without JavaScript: what it makes of good bytes, that it refuses bad
// lengths, and that no bytes at all make it read out of bounds (the sanitizers watch) or throw anything but
// MalformedMessage.
#include "netlink/decode.h"

#include <doctest/doctest.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>

#include <random>

#include "job/objects.h"
#include "netlink/socket.h"
#include "os/network_namespace.h"
#include "rtnl/objects.h"
#include "sandbox.h"
#include "text_builder.h"

using namespace netplumb;
using namespace netplumb::test;

static std::string decode(std::string_view object, Bytes payload) {
  TextBuilder builder;
  const ByteVector exact(payload.begin(), payload.end());  // one byte too many is seen by the sanitizer
  return Decoder<TextBuilder>(builder, findLinkKind).object(*findObject(object), exact);
}

static bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

static ByteVector link(void (*attributes)(Writer&)) {
  Writer writer;
  writer.reserve(sizeof(ifinfomsg));
  attributes(writer);
  return writer.take();
}

TEST_CASE("nests become objects, chosen by the kind beside them") {
  const auto text = decode("link", link([](Writer& w) {
                             w.text(IFLA_IFNAME, "br0");
                             const auto info = w.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
                             w.text(IFLA_INFO_KIND, "bridge");
                             const auto data = w.beginNest(IFLA_INFO_DATA | NLA_F_NESTED);
                             w.number<uint16_t>(IFLA_BR_PRIORITY, 7);
                             w.endNest(data);
                             w.endNest(info);
                           }));
  CHECK(contains(text, R"(name:"br0",linkInfo:{kind:"bridge",data:{priority:7}})"));
}

TEST_CASE("data of a kind we do not know, or of none, is passed through as bytes") {
  CHECK(contains(decode("link", link([](Writer& w) {
                          const auto info = w.beginNest(IFLA_LINKINFO);
                          w.text(IFLA_INFO_KIND, "unheard-of");
                          w.number<uint32_t>(IFLA_INFO_DATA, 0x04030201);
                          w.endNest(info);
                        })),
                 R"(linkInfo:{kind:"unheard-of",data:<01020304>})"));
  CHECK(contains(decode("link", link([](Writer& w) {
                          const auto info = w.beginNest(IFLA_LINKINFO);
                          w.number<uint32_t>(IFLA_INFO_DATA, 0x04030201);
                          w.number<uint16_t>(IFLA_INFO_SLAVE_DATA, 0x0605);
                          w.endNest(info);
                        })),
                 "linkInfo:{data:<01020304>,slaveData:<0506>}"));
}

TEST_CASE("what the tables do not know is passed through, padding is not") {
  const auto text = decode("link", link([](Writer& w) {
                             w.attribute(0, {});
                             w.number<uint16_t>(0x3ff0, 0x0201);
                           }));
  CHECK(contains(text, "unknown:[{type:16368,data:<0102>}]"));
}

TEST_CASE("a message shorter than its header is refused") {
  for (const Object* object : objects())
    for (size_t size = 0; size < object->header->size; size++)
      CHECK_THROWS_AS(decode(object->name, ByteVector(size)), MalformedMessage);
}

TEST_CASE("every number cut short is refused") {
  for (const uint16_t type : {IFLA_MTU, IFLA_LINK, IFLA_OPERSTATE, IFLA_CARRIER}) {
    Writer writer;
    writer.reserve(sizeof(ifinfomsg));
    writer.attribute(type, {});
    CHECK_THROWS_AS(decode("link", writer.bytes()), MalformedMessage);
  }
}

static ByteVector multipath(Bytes hops) {
  Writer writer;
  writer.reserve(sizeof(rtmsg));
  writer.attribute(RTA_MULTIPATH, hops);
  return writer.take();
}

static ByteVector nextHop(uint16_t length, size_t size) {
  ByteVector bytes(size);
  const rtnexthop hop{length, 0, 3, 9};
  std::memcpy(bytes.data(), &hop, std::min(size, sizeof hop));
  return bytes;
}

TEST_CASE("an attribute that comes once for each element becomes one list, wherever others stand between") {
  const auto text =
      decode("bridgeVlan", link([](Writer& w) {
               const auto spec = w.beginNest(IFLA_AF_SPEC);
               w.number<uint32_t>(IFLA_BRIDGE_VLAN_INFO, 10 << 16 | BRIDGE_VLAN_INFO_RANGE_BEGIN);
               w.number<uint16_t>(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
               w.number<uint32_t>(IFLA_BRIDGE_VLAN_INFO, 20 << 16 | BRIDGE_VLAN_INFO_RANGE_END);
               w.endNest(spec);
             }));
  CHECK(contains(
      text, R"(spec:{flags:["self"],vlans:[{flags:["rangeBegin"],vid:10},{flags:["rangeEnd"],vid:20}]})"));
}

TEST_CASE("next hops are read one after the other, each with its attributes") {
  Writer hop;
  hop.reserve(sizeof(rtnexthop));
  const uint8_t gateway[] = {172, 16, 0, 2};
  hop.attribute(RTA_GATEWAY, gateway);
  hop.patch(0, rtnexthop{static_cast<uint16_t>(hop.size()), 4, 0, 2});
  ByteVector hops = hop.take();
  const ByteVector bare = nextHop(8, 8);
  hops.insert(hops.end(), bare.begin(), bare.end());
  CHECK(contains(
      decode("route", multipath(hops)),
      R"(multipath:[{flags:["onLink"],hops:0,index:2,gateway:"172.16.0.2"},{flags:[],hops:3,index:9}])"));
}

TEST_CASE("a next hop with a bad length is refused") {
  for (size_t size = 1; size < sizeof(rtnexthop); size++)
    CHECK_THROWS_AS(decode("route", multipath(nextHop(8, size))), MalformedMessage);
  for (uint16_t length = 0; length < sizeof(rtnexthop); length++)
    CHECK_THROWS_AS(decode("route", multipath(nextHop(length, 16))), MalformedMessage);
  for (const uint16_t length : {17, 0x7fff, 0xfffd, 0xffff})
    CHECK_THROWS_AS(decode("route", multipath(nextHop(length, 16))), MalformedMessage);
  // Its attributes: less than a header, and one that says it is longer than the hop.
  for (const uint16_t length : {9, 10, 11})
    CHECK_THROWS_AS(decode("route", multipath(nextHop(length, 12))), MalformedMessage);
  ByteVector long1 = nextHop(16, 16);
  long1[8] = 12;
  CHECK_THROWS_AS(decode("route", multipath(long1)), MalformedMessage);
}

namespace {

// A nest that holds itself, as none of the real tables does.
extern const Table selfish;
const Row selfishRows[] = {{"self", 1, "", Type::Nested, "", "", Access::ReadWrite, &selfish}};
const Table selfish{"Selfish", selfishRows};
const Table noHeader{"NoHeader", {}, 0};
const Object selfishObject{"selfish", &noHeader, &selfish, 0, 0, 0, 0};

ByteVector nestedTimes(int depth) {
  Writer writer;
  std::vector<Writer::Mark> marks;
  for (int i = 0; i < depth; i++) marks.push_back(writer.beginNest(1));
  for (; !marks.empty(); marks.pop_back()) writer.endNest(marks.back());
  return writer.take();
}

std::string decodeSelfish(int depth) {
  TextBuilder builder;
  return Decoder<TextBuilder>(builder, findLinkKind).object(selfishObject, nestedTimes(depth));
}

}  // namespace

TEST_CASE("nests are followed as deep as the limit, and no deeper") {
  CHECK_NOTHROW(decodeSelfish(maximumDepth - 1));
  CHECK_THROWS_AS(decodeSelfish(maximumDepth), MalformedMessage);
  CHECK_THROWS_AS(decodeSelfish(10'000), MalformedMessage);
}

// True when the bytes are a message; false when they are refused as they should be.
static bool survives(const Object& object, Bytes bytes) {
  TextBuilder builder;
  try {
    Decoder<TextBuilder>(builder, findLinkKind).object(object, bytes);
    return true;
  } catch (const MalformedMessage&) {
    return false;
  }
}

TEST_CASE("random bytes are decoded or refused") {
  std::mt19937 random(20'240'517);  // NOLINT(cert-msc51-cpp): the same bytes every time
  size_t decoded = 0;
  for (int i = 0; i < 100'000; i++) {
    const Object& object = *objects()[random() % objects().size()];
    ByteVector bytes(object.header->size + random() % 64);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    // Lengths that fit now and then, or nothing would get past the first attribute.
    for (size_t at = NLMSG_ALIGN(object.header->size); at + 4 <= bytes.size();) {
      const auto length = static_cast<uint16_t>(random() % 20);
      bytes[at] = static_cast<uint8_t>(length);
      bytes[at + 1] = 0;
      bytes[at + 2] = static_cast<uint8_t>(random() % 70);
      bytes[at + 3] = random() % 2 ? 0x80 : 0;
      at += std::max<size_t>(4, NLMSG_ALIGN(length));
    }
    decoded += survives(object, bytes);
  }
  CHECK(decoded > 1'000);
  CHECK(decoded < 99'000);
}

// Links, addresses and routes as the kernel lists them in a namespace that has some of each.
static std::vector<std::pair<const Object*, ByteVector>> realMessages() {
  const UniqueFd fd = makeNamespace();
  const std::string enter =
      "nsenter --net=/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd.get());
  REQUIRE(shell(enter + " ip -batch - <<END\n"
                        "link add br0 up type bridge\n"
                        "link add veth0 up master br0 type veth peer name veth1\n"
                        "link set veth1 up\n"
                        "address add 172.16.0.1/24 dev br0\n"
                        "address add fd00::1/64 dev br0 nodad\n"
                        "route add 10.0.0.0/8 nexthop via 172.16.0.2 weight 2 nexthop via 172.16.0.3\n"
                        "END")
              .status == 0);
  return onThread([&] {
    const EnterNamespace enterScope(fd.get());
    Socket socket = Socket::open();
    std::vector<std::pair<const Object*, ByteVector>> found;
    for (const char* name : {"link", "address", "route"}) {
      const Object* object = findObject(name);
      Writer writer;
      const auto mark = writer.beginMessage(object->get, NLM_F_REQUEST | NLM_F_DUMP);
      writer.reserve(object->header->size);
      writer.endMessage(mark);
      ByteVector request = writer.take();
      Acknowledgement refusal;
      const ByteVector list = socket.dump(request, refusal);
      MessageReader messages(list);
      while (const auto message = messages.next())
        found.emplace_back(object, ByteVector(message->payload.begin(), message->payload.end()));
    }
    return found;
  });
}

TEST_CASE("the kernel's own messages are decoded, and survive any damage") {
  const auto messages = realMessages();
  REQUIRE(messages.size() > 10);
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp)
  size_t refused = 0;
  for (const auto& [object, bytes] : messages) {
    CHECK(survives(*object, bytes));
    for (int i = 0; i < 1'000; i++) {
      ByteVector damaged = bytes;
      for (size_t hits = 1 + random() % 4; hits > 0; hits--)
        damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
      if (i % 4 == 0) damaged.resize(random() % damaged.size());
      damaged.shrink_to_fit();
      refused += !survives(*object, damaged);
    }
  }
  CHECK(refused > 1'000);
}
