// The extended acknowledgement and the walk of its offset back through the tables. An input is
// [object][length of the request, 2 bytes][request][acknowledgement].
#include "fuzz/every_row.h"
#include "fuzz/target.h"
#include "job/objects.h"
#include "netlink/extended_ack.h"
#include "rtnl/objects.h"

namespace netplumb::fuzz {

static constexpr size_t head = 3;

static void walk(Bytes bytes) {
  if (bytes.size() < head) return;
  const Object& object = *objects()[bytes[0] % objects().size()];
  const Bytes rest = bytes.subspan(head);
  const Bytes request = rest.first(std::min<size_t>(readAt<uint16_t>(bytes, 1), rest.size()));
  MessageReader reader(rest.subspan(request.size()));
  while (const auto message = reader.next()) {
    const Acknowledgement ack = readAcknowledgement(*message);
    touch({reinterpret_cast<const uint8_t*>(ack.message.data()), ack.message.size()});
    const std::string path = faultyAttribute(object, request, ack, findLinkKind).path;
    require(path.empty() || (path.front() != '.' && path.back() != '.'), "a path has an end without a name");
  }
}

// A refusal that points at an attribute, and one that misses it.
static ByteVector refusal(uint32_t offset) {
  static constexpr uint16_t missType = 5, missNest = 6;
  Writer writer;
  const auto mark = writer.beginMessage(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS);
  writer.reserve(sizeof(nlmsgerr));
  writer.text(NLMSGERR_ATTR_MSG, "no");
  writer.number(NLMSGERR_ATTR_OFFS, offset);
  writer.number(missType, uint32_t{1});
  writer.number(missNest, offset);
  const auto policy = writer.beginNest(NLMSGERR_ATTR_POLICY | NLA_F_NESTED);
  writer.number(1, uint32_t{3});
  for (const int limit : {2, 3, 4, 5, 12}) writer.number(static_cast<uint16_t>(limit), uint64_t{4'094});
  for (const int limit : {6, 7, 10}) writer.number(static_cast<uint16_t>(limit), uint32_t{16});
  writer.endNest(policy);
  writer.endMessage(mark);
  return writer.take();
}

static ByteVector input(size_t object, Bytes request, uint32_t offset) {
  ByteVector bytes{static_cast<uint8_t>(object), static_cast<uint8_t>(request.size()),
                   static_cast<uint8_t>(request.size() >> 8)};
  bytes.insert(bytes.end(), request.begin(), request.end());
  const ByteVector ack = refusal(offset);
  bytes.insert(bytes.end(), ack.begin(), ack.end());
  return bytes;
}

static Seeds refusedRequests(Captures captures) {
  Seeds seeds;
  for (const MessageView& capture : captures)
    for (size_t i = 0; i < objects().size(); i++)
      if (capture.type == objects()[i]->add)
        for (const uint32_t offset : {28U, 36U, 44U}) seeds.push_back(input(i, capture.whole, offset));
  for (size_t i = 0; i < objects().size(); i++)
    for (const Kind* kind : linkKinds()) {
      ByteVector request(NLMSG_HDRLEN);
      const ByteVector payload = everyRow(*objects()[i], *kind);
      request.insert(request.end(), payload.begin(), payload.end());
      seeds.push_back(input(i, request, static_cast<uint32_t>(request.size() / 2) & ~3U));
    }
  return seeds;
}

std::vector<Target> acknowledgementTargets() { return {{"acknowledgement", walk, refusedRequests}}; }

}  // namespace netplumb::fuzz
