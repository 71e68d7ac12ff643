// The kernel names in its echo what it chose itself: the handle of a queueing discipline, the priority of a
// rule. With those a removal finds nothing else.
#include "job/echo_removal.h"

#include <linux/netlink.h>

#include <algorithm>

namespace netplumb {

ByteVector removalOf(const Object& object, Bytes echo) {
  const size_t header = NLMSG_ALIGN(object.header->size);
  if (echo.size() < NLMSG_HDRLEN + header) throw MalformedMessage("echo is shorter than its header");
  Writer writer;
  const auto message = writer.beginMessage(object.remove, NLM_F_REQUEST | NLM_F_ACK);
  const Bytes kept = echo.subspan(NLMSG_HDRLEN, std::min<size_t>(object.identityHeader, object.header->size));
  const size_t place = writer.reserve(object.header->size);
  for (size_t i = 0; i < kept.size(); i++) writer.patch(place + i, kept[i]);
  AttributeReader reader(echo.subspan(NLMSG_HDRLEN + header));
  while (const auto attribute = reader.next())
    if (std::ranges::find(object.identity, attribute->type) != object.identity.end())
      writer.attribute(attribute->type, attribute->payload);
  writer.endMessage(message);
  return writer.take();
}

static bool fits(const Object& object, Bytes removal, Bytes standing) {
  const size_t header = NLMSG_ALIGN(object.header->size);
  if (!std::ranges::equal(removal.subspan(NLMSG_HDRLEN, header), standing.first(header))) return false;
  AttributeReader reader(removal.subspan(NLMSG_HDRLEN + header));
  while (const auto named = reader.next()) {
    const auto found = findAttribute(standing.subspan(header), named->type);
    if (!found || !std::ranges::equal(named->payload, found->payload)) return false;
  }
  return true;
}

bool isFirstOfItsKind(Socket& socket, const Object& object, Bytes removal) {
  Writer writer;
  const auto mark = writer.beginMessage(object.get, NLM_F_REQUEST | NLM_F_DUMP);
  writer.patch(writer.reserve(object.header->size), removal[NLMSG_HDRLEN]);  // the family
  writer.endMessage(mark);
  ByteVector request = writer.take();
  Acknowledgement refusal;
  const ByteVector list = socket.dump(request, refusal);
  if (refusal.error != 0) return false;
  int candidates = 0;
  MessageReader reader(list);
  while (const auto message = reader.next())
    if (message->type == object.add && message->payload.size() >= NLMSG_ALIGN(object.header->size) &&
        fits(object, removal, message->payload))
      candidates++;
  return candidates <= 1;
}

}  // namespace netplumb
