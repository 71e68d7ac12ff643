// The message and the attribute reader: they come to an end, and hand out nothing but parts of the input,
// each behind the one before.
#include "fuzz/target.h"

namespace netplumb::fuzz {

static void requireInside(Bytes part, Bytes whole, const uint8_t* after) {
  require(part.data() >= after && part.data() + part.size() <= whole.data() + whole.size(),
          "a part stands outside the input, or before its predecessor");
  touch(part);
}

static void readMessages(Bytes bytes) {
  MessageReader reader(bytes);
  const uint8_t* after = bytes.data();
  while (const auto message = reader.next()) {
    requireInside(message->whole, bytes, after);
    requireInside(message->payload, message->whole, after);
    after = message->whole.data() + message->whole.size();
  }
}

static void readAttributes(Bytes bytes) {
  AttributeReader reader(bytes);
  const uint8_t* after = bytes.data();
  while (const auto attribute = reader.next()) {
    requireInside(attribute->payload, bytes, after);
    after = attribute->payload.data() + attribute->payload.size();
    touch({reinterpret_cast<const uint8_t*>(readText(attribute->payload).data()),
           readText(attribute->payload).size()});
    require(findAttribute(bytes, attribute->type).has_value(), "an attribute that was read is not found");
  }
}

static Seeds wholeMessages(Captures captures) {
  Seeds seeds;
  for (const MessageView& capture : captures) seeds.push_back(copyOf(capture.whole));
  return seeds;
}

// What stands behind a header of 16 or 12 bytes, which links and routes have.
static Seeds attributesOfMessages(Captures captures) {
  Seeds seeds;
  for (const MessageView& capture : captures)
    for (const size_t header : {12, 16})
      if (capture.payload.size() > header) seeds.push_back(copyOf(capture.payload.subspan(header)));
  return seeds;
}

std::vector<Target> readerTargets() {
  return {{"messages", readMessages, wholeMessages}, {"attributes", readAttributes, attributesOfMessages}};
}

}  // namespace netplumb::fuzz
