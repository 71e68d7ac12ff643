// Which object a message is about, what makes a difference between two of them, and what leads from what is
// known to a list.
#include "monitor/known_objects.h"

#include <doctest/doctest.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstring>
#include <functional>

#include "rtnl/address_table.h"
#include "rtnl/link_table.h"
#include "rtnl/route_table.h"

using namespace netplumb;

namespace {

const Watched& watched(std::string_view object) {
  for (const Watched& row : watchedObjects)
    if (row.object == object) return row;
  throw std::logic_error("nobody watches that");
}

// The neighbour's own tables are not needed for knowing which is which.
constexpr Table neighbourHeader{"NeighbourHeader", {}, sizeof(ndmsg)};
constexpr Object neighbourObject{"neighbour",  &neighbourHeader, &linkTable,  RTM_NEWNEIGH,
                                 RTM_DELNEIGH, RTM_GETNEIGH,     RTM_NEWNEIGH};

const Subject links{&watched("link"), &linkObject}, addresses{&watched("address"), &addressObject},
    routes{&watched("route"), &routeObject}, neighbours{&watched("neighbour"), &neighbourObject};

template <typename Header>
ByteVector payload(const Header& header, const std::function<void(Writer&)>& attributes) {
  Writer writer;
  writer.patch(writer.reserve(sizeof header), header);
  attributes(writer);
  return writer.take();
}

ByteVector link(int index, const std::function<void(Writer&)>& attributes, uint8_t family = AF_UNSPEC,
                uint32_t change = 0) {
  ifinfomsg header{};
  header.ifi_family = family;
  header.ifi_index = index;
  header.ifi_change = change;
  return payload(header, attributes);
}

void nested(Writer& writer, uint16_t type, const std::function<void()>& inside) {
  const auto nest = writer.beginNest(type);
  inside();
  writer.endNest(nest);
}

// A port of a bridge, with its state and what is left of its hold timer.
ByteVector port(int index, uint8_t state, uint64_t timer, uint64_t packets = 0) {
  return link(index, [&](Writer& writer) {
    writer.text(IFLA_IFNAME, "veth0");
    writer.number(IFLA_STATS64, packets);
    nested(writer, IFLA_LINKINFO, [&] {
      writer.text(IFLA_INFO_KIND, "veth");
      writer.text(IFLA_INFO_SLAVE_KIND, "bridge");
      nested(writer, IFLA_INFO_SLAVE_DATA, [&] {
        writer.number(IFLA_BRPORT_STATE, state);
        writer.number(IFLA_BRPORT_HOLD_TIMER, timer);
      });
    });
  });
}

// What a bridge says of it.
ByteVector announcedPort(int index, uint8_t state) {
  return link(
      index,
      [&](Writer& writer) {
        writer.text(IFLA_IFNAME, "veth0");
        nested(writer, IFLA_PROTINFO | NLA_F_NESTED, [&] {
          writer.number(IFLA_BRPORT_STATE, state);
          writer.number<uint64_t>(IFLA_BRPORT_HOLD_TIMER, 5);
        });
      },
      AF_BRIDGE);
}

ByteVector route(uint8_t family, uint32_t metric, const std::function<void(Writer&)>& hop) {
  rtmsg header{};
  header.rtm_family = family;
  header.rtm_dst_len = 8;
  return payload(header, [&](Writer& writer) {
    writer.number<uint32_t>(RTA_DST, 10);
    writer.number(RTA_PRIORITY, metric);
    hop(writer);
  });
}

std::function<void(Writer&)> by(uint32_t gateway) {
  return [=](Writer& writer) { writer.number(RTA_GATEWAY, gateway); };
}

ByteVector neighbour(uint8_t family, int index, uint8_t flags,
                     const std::function<void(Writer&)>& attributes) {
  ndmsg header{};
  header.ndm_family = family;
  header.ndm_ifindex = index;
  header.ndm_flags = flags;
  return payload(header, attributes);
}

// Messages as a list has them.
ByteVector list(const Subject& subject, const std::vector<ByteVector>& payloads) {
  Writer writer;
  for (const ByteVector& one : payloads) {
    const auto mark = writer.beginMessage(subject.object->add, NLM_F_MULTI);
    const size_t offset = writer.reserve(one.size());
    for (size_t i = 0; i < one.size(); i++) writer.patch(offset + i, one[i]);
    writer.endMessage(mark);
  }
  return writer.take();
}

KnownObjects knowing(const Subject& subject, const std::vector<ByteVector>& payloads) {
  KnownObjects known(subject);
  for (const ByteVector& one : payloads) known.put(one, 0);
  return known;
}

}  // namespace

TEST_CASE("counters and what a message says about itself are not kept") {
  const auto kept = worthKeeping(links, link(
                                            3,
                                            [](Writer& writer) {
                                              writer.text(IFLA_IFNAME, "a");
                                              writer.number<uint64_t>(IFLA_STATS64, 1);
                                              nested(writer, IFLA_AF_SPEC, [&] {
                                                nested(writer, AF_INET6, [&] {
                                                  writer.number<uint32_t>(IFLA_INET6_FLAGS, 2);
                                                  writer.number<uint64_t>(IFLA_INET6_STATS, 3);
                                                });
                                              });
                                            },
                                            AF_UNSPEC, 0xffffffff));
  CHECK(kept == link(3, [](Writer& writer) {
          writer.text(IFLA_IFNAME, "a");
          nested(writer, IFLA_AF_SPEC,
                 [&] { nested(writer, AF_INET6, [&] { writer.number<uint32_t>(IFLA_INET6_FLAGS, 2); }); });
        }));
}

TEST_CASE("a nest too long to be padded is kept as it came") {
  constexpr uint16_t unaligned = UINT16_MAX - 2 - NLA_HDRLEN;
  ByteVector inside(unaligned);
  const nlattr only{unaligned, AF_INET};
  std::memcpy(inside.data(), &only, sizeof only);
  const auto whole = link(3, [&](Writer& writer) { writer.attribute(IFLA_AF_SPEC, inside); });
  CHECK(worthKeeping(links, whole) == whole);

  const auto announced = link(
      3, [&](Writer& writer) { writer.attribute(IFLA_PROTINFO, inside); }, AF_BRIDGE);
  CHECK_FALSE(withPortOf(port(3, 3, 0), announced));
}

TEST_CASE("what runs down or up by itself makes no difference, anything else does") {
  CHECK(saySame(links, port(3, 3, 0, 7), port(3, 3, 50, 8)));
  CHECK_FALSE(saySame(links, port(3, 3, 0), port(3, 4, 0)));
  const auto named = [](const char* kind, uint64_t value) {
    return link(3, [=](Writer& writer) {
      nested(writer, IFLA_LINKINFO, [&] {
        writer.text(IFLA_INFO_KIND, kind);
        nested(writer, IFLA_INFO_DATA, [&] { writer.number<uint64_t>(IFLA_BR_GC_TIMER, value); });
      });
    });
  };
  CHECK(saySame(links, named("bridge", 1), named("bridge", 2)));
  CHECK_FALSE(saySame(links, named("vxlan", 1), named("vxlan", 2)));
}

TEST_CASE("a message cut short is refused, not read past") {
  const ByteVector whole = port(3, 3, 0);
  for (size_t size = 0; size < whole.size(); size++) {
    CAPTURE(size);
    const Bytes cut = Bytes(whole).first(size);
    try {
      identityOf(links, cut);
      worthKeeping(links, cut);
      saySame(links, cut, whole);
      withPortOf(cut, whole);
      withPortOf(whole, cut);
    } catch (const MalformedMessage&) {
    }
  }
  CHECK_THROWS_AS(worthKeeping(links, Bytes(whole).first(8)), MalformedMessage);
  CHECK_THROWS_AS(identityOf(routes, Bytes(whole).first(8)), MalformedMessage);
}

TEST_CASE("a list that says what is known makes no difference") {
  KnownObjects known = knowing(links, {port(3, 3, 0), port(4, 3, 0)});
  const auto differences = known.become(list(links, {port(4, 3, 9, 100), port(3, 3, 9, 100)}));
  CHECK(differences.added.empty());
  CHECK(differences.removed.empty());
}

TEST_CASE("a list leads to what it says, and is then what is known") {
  KnownObjects known = knowing(links, {port(3, 3, 0), port(4, 3, 0), port(5, 3, 0)});
  const ByteVector now = list(links, {port(3, 3, 0), port(5, 4, 0), port(6, 3, 0)});
  const auto differences = known.become(now);
  CHECK(differences.removed == std::vector<ByteVector>{port(4, 3, 0)});
  REQUIRE(differences.added.size() == 2);
  CHECK(identityOf(links, differences.added[0]) == identityOf(links, port(5, 4, 0)));
  CHECK(identityOf(links, differences.added[1]) == identityOf(links, port(6, 3, 0)));
  CHECK(known.become(now).added.empty());
}

TEST_CASE("what a bridge says of a port changes the link, and says nothing of links that it does not know") {
  KnownObjects known = knowing(links, {port(3, 2, 0)});
  const ByteVector changed = known.changePort(announcedPort(3, 3));
  CHECK(saySame(links, changed, port(3, 3, 0)));
  CHECK(known.changePort(announcedPort(3, 3)).empty());
  CHECK(known.changePort(announcedPort(4, 3)).empty());
  CHECK(known.become(list(links, {port(3, 3, 0)})).added.empty());
  const auto plain = link(5, [](Writer& writer) { writer.text(IFLA_IFNAME, "a"); });
  known.put(plain, 0);
  CHECK(known.changePort(announcedPort(5, 3)).empty());
}

TEST_CASE("addresses are told apart by link, prefix and both ends") {
  const auto address = [](int index, uint8_t length, uint32_t local, uint32_t peer) {
    ifaddrmsg header{};
    header.ifa_family = AF_INET;
    header.ifa_prefixlen = length;
    header.ifa_index = static_cast<uint32_t>(index);
    return payload(header, [&](Writer& writer) {
      writer.number(IFA_ADDRESS, peer);
      writer.number(IFA_LOCAL, local);
    });
  };
  const auto one = identityOf(addresses, address(1, 24, 5, 5));
  CHECK(one == identityOf(addresses, address(1, 24, 5, 5)));
  for (const auto& other :
       {address(2, 24, 5, 5), address(1, 25, 5, 5), address(1, 24, 6, 6), address(1, 24, 5, 6)})
    CHECK(one != identityOf(addresses, other));
}

TEST_CASE("routes of one destination and metric stand beside each other") {
  KnownObjects known = knowing(routes, {route(AF_INET, 1, by(5)), route(AF_INET, 1, by(6))});
  CHECK(known.become(list(routes, {route(AF_INET, 1, by(5)), route(AF_INET, 1, by(6))})).added.empty());
  CHECK(known.remove(route(AF_INET, 1, by(5))));
  CHECK(known.become(list(routes, {route(AF_INET, 1, by(6))})).removed.empty());
  CHECK_FALSE(known.remove(route(AF_INET, 2, by(6))));
}

TEST_CASE("a route that replaces another leaves only that one") {
  KnownObjects known = knowing(routes, {route(AF_INET, 1, by(5)), route(AF_INET, 2, by(5))});
  known.put(route(AF_INET, 1, by(6)), NLM_F_REPLACE);
  const auto differences = known.become(list(routes, {}));
  CHECK(differences.removed == std::vector<ByteVector>{route(AF_INET, 1, by(6)), route(AF_INET, 2, by(5))});
}

TEST_CASE("an IPv6 route that joins another is announced as what both are now") {
  const auto both = [](Writer& writer) { writer.number<uint64_t>(RTA_MULTIPATH, 56); };
  KnownObjects known = knowing(routes, {route(AF_INET6, 1, by(5))});
  known.put(route(AF_INET6, 1, both), NLM_F_APPEND);
  CHECK(known.become(list(routes, {route(AF_INET6, 1, both)})).removed.empty());
}

TEST_CASE("a bridge's entry keeps its identity when it moves from port to port") {
  const auto entry = [](int index, uint8_t flags, bool ofBridge) {
    return neighbour(AF_BRIDGE, index, flags, [&](Writer& writer) {
      writer.number<uint32_t>(NDA_LLADDR, 0x02000001);
      if (ofBridge) writer.number<uint32_t>(NDA_MASTER, 9);
    });
  };
  CHECK(identityOf(neighbours, entry(3, 0, true)) == identityOf(neighbours, entry(4, 0, true)));
  CHECK(identityOf(neighbours, entry(3, NTF_SELF, false)) !=
        identityOf(neighbours, entry(4, NTF_SELF, false)));
  CHECK(identityOf(neighbours, entry(3, NTF_SELF, false)) != identityOf(neighbours, entry(3, 0, true)));
}

TEST_CASE("a neighbour keeps its identity when its link-layer address changes") {
  const auto entry = [](uint32_t address, uint32_t mac) {
    return neighbour(AF_INET, 3, 0, [&](Writer& writer) {
      writer.number(NDA_DST, address);
      writer.number(NDA_LLADDR, mac);
    });
  };
  CHECK(identityOf(neighbours, entry(1, 2)) == identityOf(neighbours, entry(1, 3)));
  CHECK(identityOf(neighbours, entry(1, 2)) != identityOf(neighbours, entry(2, 2)));
}
