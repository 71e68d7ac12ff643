// Acknowledgements as the kernel lays them out (netlink_ack in net/netlink/af_netlink.c), whole and cut
// short, and the way back from an offset to the name of an attribute.
#include "netlink/extended_ack.h"

#include <doctest/doctest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <climits>
#include <functional>

#include "job/objects.h"
#include "rtnl/objects.h"

using namespace netplumb;

static constexpr uint16_t missType = 5, missNest = 6;

// NLMSG_ERROR for a request of `requestSize` bytes, which it repeats unless capped.
static ByteVector refusal(int error, uint16_t flags, size_t requestSize,
                          const std::function<void(Writer&)>& attributes = {}) {
  Writer writer;
  const auto mark = writer.beginMessage(NLMSG_ERROR, flags);
  writer.patch(writer.reserve(sizeof error), error);
  const nlmsghdr request{static_cast<uint32_t>(requestSize), RTM_NEWLINK, NLM_F_REQUEST, 1, 0};
  writer.patch(writer.reserve(sizeof request), request);
  if (!(flags & NLM_F_CAPPED)) writer.reserve(requestSize - sizeof request);
  if (attributes) attributes(writer);
  writer.endMessage(mark);
  return writer.take();
}

static Acknowledgement read(Bytes bytes) { return readAcknowledgement(MessageReader(bytes).next().value()); }

static void everything(Writer& writer) {
  writer.text(NLMSGERR_ATTR_MSG, "no way");
  writer.number<uint32_t>(NLMSGERR_ATTR_OFFS, 44);
  writer.number<uint32_t>(missType, 2);
  writer.number<uint32_t>(missNest, 40);
  writer.number<uint32_t>(99, 1);
}

TEST_CASE("an acknowledgement without error is a success") {
  CHECK(read(refusal(0, NLM_F_CAPPED, 32)).error == 0);
  CHECK(read(refusal(0, 0, 32)).error == 0);
}

TEST_CASE("a refusal says why and where, capped or not") {
  const uint16_t capped = NLM_F_CAPPED;
  for (const uint16_t flags : {uint16_t{0}, capped})
    for (const size_t size : {16U, 32U, 61U}) {
      const auto ack = read(refusal(-EEXIST, flags | NLM_F_ACK_TLVS, size, everything));
      CHECK(ack.error == EEXIST);
      CHECK(ack.message == "no way");
      CHECK(ack.offset == 44);
      CHECK(ack.missingType == 2);
      CHECK(ack.missingNest == 40);
    }
}

// The policy of an attribute as netlink_policy_dump_write_attr() in net/netlink/policy.c sends it.
static AttributePolicy policyOf(const std::function<void(Writer&)>& limits) {
  const auto ack = read(refusal(-ERANGE, NLM_F_CAPPED | NLM_F_ACK_TLVS, 32, [&](Writer& writer) {
    const auto nest = writer.beginNest(NLMSGERR_ATTR_POLICY | NLA_F_NESTED);
    limits(writer);
    writer.endNest(nest);
  }));
  return ack.policy.value();
}

TEST_CASE("a refusal says what would have been taken") {
  const auto numbers = policyOf([](Writer& writer) {
    writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_TYPE, NL_ATTR_TYPE_U16);
    writer.number<uint64_t>(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 1);
    writer.number<uint64_t>(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 4'094);
  });
  CHECK(numbers.type == NL_ATTR_TYPE_U16);
  CHECK(numbers.minimum == 1);
  CHECK(numbers.maximum == 4'094);
  CHECK_FALSE((numbers.minimumSigned || numbers.maximumLength || numbers.mask));

  const auto negative = policyOf([](Writer& writer) {
    writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_TYPE, NL_ATTR_TYPE_S32);
    writer.number<int64_t>(NL_POLICY_TYPE_ATTR_MIN_VALUE_S, -5);
    writer.number<int64_t>(NL_POLICY_TYPE_ATTR_MAX_VALUE_S, 7);
  });
  CHECK(negative.minimumSigned == -5);
  CHECK(negative.maximumSigned == 7);
  CHECK_FALSE((negative.minimum || negative.maximum));

  const auto text = policyOf([](Writer& writer) {
    writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_TYPE, NL_ATTR_TYPE_NUL_STRING);
    writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_MIN_LENGTH, 2);
    writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_MAX_LENGTH, 15);
  });
  CHECK(text.minimumLength == 2);
  CHECK(text.maximumLength == 15);

  const auto bits = policyOf([](Writer& writer) {
    writer.number<uint64_t>(NL_POLICY_TYPE_ATTR_MASK, 0x1'0000'0001);
    writer.number<uint64_t>(99, 1);
  });
  CHECK(bits.mask == 0x1'0000'0001);
  CHECK(policyOf([](Writer& writer) {
          writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_BITFIELD32_MASK, 3);
        }).mask == 3);
  CHECK_FALSE(read(refusal(-ERANGE, NLM_F_CAPPED | NLM_F_ACK_TLVS, 32, everything)).policy);
}

TEST_CASE("a limit of too few bytes is refused") {
  CHECK_THROWS_AS(
      policyOf([](Writer& writer) { writer.number<uint32_t>(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 4'094); }),
      MalformedMessage);
}

TEST_CASE("what follows is not read as attributes unless the kernel says it is") {
  const auto ack = read(refusal(-EEXIST, NLM_F_CAPPED, 32, everything));
  CHECK(ack.error == EEXIST);
  CHECK(ack.message.empty());
  CHECK_FALSE(ack.offset);
}

static ByteVector done(int status, uint16_t flags, const std::function<void(Writer&)>& attributes = {}) {
  Writer writer;
  const auto mark = writer.beginMessage(NLMSG_DONE, flags);
  writer.patch(writer.reserve(sizeof status), status);
  if (attributes) attributes(writer);
  writer.endMessage(mark);
  return writer.take();
}

TEST_CASE("the end of a list may be an error, with its reason, or a count") {
  CHECK(read(done(0, NLM_F_MULTI)).error == 0);
  CHECK(read(done(7, NLM_F_MULTI)).error == 0);
  const auto ack = read(done(-EINVAL, NLM_F_MULTI | NLM_F_ACK_TLVS, everything));
  CHECK(ack.error == EINVAL);
  CHECK(ack.message == "no way");
}

TEST_CASE("an acknowledgement cut short anywhere is refused or read, never read past") {
  for (const uint16_t flags : {NLM_F_ACK_TLVS, NLM_F_ACK_TLVS | NLM_F_CAPPED}) {
    const ByteVector whole = refusal(-EEXIST, flags, 48, everything);
    for (size_t size = NLMSG_HDRLEN; size < whole.size(); size++) {
      ByteVector cut(whole.begin(), whole.begin() + static_cast<long>(size));
      const auto length = static_cast<uint32_t>(size);
      std::memcpy(cut.data(), &length, sizeof length);
      CAPTURE(size);
      if (size < NLMSG_HDRLEN + sizeof(nlmsgerr)) CHECK_THROWS_AS(read(cut), MalformedMessage);
      try {
        read(cut);
      } catch (const MalformedMessage&) {
      }
    }
  }
}

TEST_CASE("a repeated request that lies about its length is refused") {
  for (const uint32_t length : {0U, 15U, 1000U, 0x7fffffffU, 0xfffffff0U, 0xffffffffU}) {
    ByteVector bytes = refusal(-EEXIST, NLM_F_ACK_TLVS, 32, everything);
    std::memcpy(bytes.data() + NLMSG_HDRLEN + sizeof(int), &length, sizeof length);
    CAPTURE(length);
    CHECK_THROWS_AS(read(bytes), MalformedMessage);
  }
}

TEST_CASE("an error number that cannot be negated is refused") {
  CHECK_THROWS_AS(read(refusal(INT_MIN, NLM_F_CAPPED, 32)), MalformedMessage);
}

namespace {

// A veth in a bridge, its offsets noted while it is written.
struct Example {
  ByteVector bytes;
  size_t name, linkInfo, kind, data, peer, peerHeader, peerName, slaveData, priority, unknown, end;

  Example() {
    Writer writer;
    const auto before = [&](size_t payload) { return payload - NLA_HDRLEN; };
    const auto mark = writer.beginMessage(RTM_NEWLINK, NLM_F_REQUEST);
    writer.reserve(sizeof(ifinfomsg));
    name = before(writer.text(IFLA_IFNAME, "veth0"));
    linkInfo = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
    kind = before(writer.text(IFLA_INFO_KIND, "veth"));
    data = writer.beginNest(IFLA_INFO_DATA | NLA_F_NESTED);
    peer = writer.beginNest(VETH_INFO_PEER | NLA_F_NESTED);
    peerHeader = writer.reserve(sizeof(ifinfomsg));
    peerName = before(writer.text(IFLA_IFNAME, "eth0"));
    writer.endNest(peer);
    writer.endNest(data);
    writer.text(IFLA_INFO_SLAVE_KIND, "bridge");
    slaveData = writer.beginNest(IFLA_INFO_SLAVE_DATA | NLA_F_NESTED);
    priority = before(writer.number<uint16_t>(IFLA_BRPORT_PRIORITY, 1));
    writer.endNest(slaveData);
    writer.endNest(linkInfo);
    unknown = before(writer.number<uint32_t>(0x3ff0, 1));
    end = writer.size();
    writer.endMessage(mark);
    bytes = writer.take();
  }

  std::string at(std::optional<uint32_t> offset, std::optional<uint32_t> missingType = {},
                 std::optional<uint32_t> missingNest = {}) const {
    return faultyAttribute(*findObject("link"), bytes, {EINVAL, {}, offset, missingType, missingNest},
                           findLinkKind)
        .path;
  }
};

}  // namespace

TEST_CASE("an offset is walked back to the attribute's name") {
  const Example link;
  CHECK(link.at(link.name) == "name");
  CHECK(link.at(link.linkInfo) == "linkInfo");
  CHECK(link.at(link.kind) == "linkInfo.kind");
  CHECK(link.at(link.data) == "linkInfo.data");
  CHECK(link.at(link.peer) == "linkInfo.data.peer");
  CHECK(link.at(link.peerName) == "linkInfo.data.peer.name");
  CHECK(link.at(link.slaveData) == "linkInfo.slaveData");
  CHECK(link.at(link.priority) == "linkInfo.slaveData.priority");
}

TEST_CASE("an offset in the middle of an attribute belongs to it") {
  const Example link;
  CHECK(link.at(link.name + 1) == "name");
  CHECK(link.at(link.name + 5) == "name");
  CHECK(link.at(link.kind + 4) == "linkInfo.kind");
  CHECK(link.at(link.peerHeader) == "linkInfo.data.peer");
  CHECK(link.at(link.peerHeader + 15) == "linkInfo.data.peer");
}

TEST_CASE("an offset where nothing of ours stands has no name") {
  const Example link;
  CHECK(link.at({}) == "");
  CHECK(link.at(0) == "");
  CHECK(link.at(16) == "");
  CHECK(link.at(link.unknown) == "");
  CHECK(link.at(link.end) == "");
  CHECK(link.at(0xffffffff) == "");
  for (uint32_t offset = 0; offset < link.end + 8; offset++) CHECK_NOTHROW(link.at(offset));
}

TEST_CASE("a missing attribute is named below the nest it is missing from") {
  const Example link;
  CHECK(link.at({}, IFLA_IFNAME) == "name");
  CHECK(link.at({}, IFLA_INFO_KIND, link.linkInfo) == "linkInfo.kind");
  CHECK(link.at({}, VETH_INFO_PEER, link.data) == "linkInfo.data.peer");
  CHECK(link.at({}, IFLA_IFNAME, link.peer) == "linkInfo.data.peer.name");
  CHECK(link.at({}, 0x3ff0) == "");
}

TEST_CASE("only what is missing and has a name counts as missing") {
  const Example link;
  const auto missing = [&](std::optional<uint32_t> offset, std::optional<uint32_t> type) {
    return faultyAttribute(*findObject("link"), link.bytes, {EINVAL, {}, offset, type, {}}, findLinkKind)
        .missing;
  };
  CHECK(missing({}, IFLA_IFNAME));
  CHECK_FALSE(missing({}, 0x3ff0));
  CHECK_FALSE(missing(link.name, {}));
  CHECK_FALSE(missing({}, {}));
}

TEST_CASE("a kind counts for its siblings before it too") {
  Writer writer;
  const auto mark = writer.beginMessage(RTM_NEWLINK, NLM_F_REQUEST);
  writer.reserve(sizeof(ifinfomsg));
  const auto info = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
  const auto data = writer.beginNest(IFLA_INFO_DATA | NLA_F_NESTED);
  const auto delay = static_cast<uint32_t>(writer.number<uint32_t>(IFLA_BR_FORWARD_DELAY, 1) - NLA_HDRLEN);
  writer.endNest(data);
  writer.text(IFLA_INFO_KIND, "bridge");
  writer.endNest(info);
  writer.endMessage(mark);
  const Acknowledgement ack{ERANGE, {}, delay, {}, {}};
  CHECK(faultyAttribute(*findObject("link"), writer.bytes(), ack, findLinkKind).path ==
        "linkInfo.data.forwardDelay");
}

TEST_CASE("requests that end before their attributes do have no names in them") {
  const Example link;
  for (size_t size = 0; size <= NLMSG_HDRLEN + sizeof(ifinfomsg); size++)
    CHECK(faultyAttribute(*findObject("link"), Bytes(link.bytes).first(size), {EINVAL, {}, 32, {}, {}},
                          findLinkKind)
              .path == "");
}
