// The decoder, once for each object there is: a new one is a target by itself. Objects with the same tables
// have the same decoder.
#include <algorithm>

#include "fuzz/counting_builder.h"
#include "fuzz/every_row.h"
#include "job/objects.h"
#include "rtnl/objects.h"

namespace netplumb::fuzz {

// Four bytes can name 32 bits of a set, so a message of n bytes holds a multiple of n values, and no more.
static constexpr size_t valuesPerByte = 16, valuesAtLeast = 64;

static void decode(const Object& object, Bytes bytes) {
  CountingBuilder builder;
  Decoder<CountingBuilder> decoder(builder, findLinkKind);
  const size_t values = decoder.object(object, bytes);
  require(values <= valuesAtLeast + valuesPerByte * bytes.size(), "an object outgrows its message");
}

static bool isOf(const MessageView& message, const Object& object) {
  return message.type == object.add || message.type == object.set || message.type == object.get ||
         message.type == object.remove;
}

static Seeds seedsOf(const Object& object, Captures captures) {
  Seeds seeds;
  for (const Kind* kind : linkKinds()) seeds.push_back(everyRow(object, *kind));
  for (const MessageView& capture : captures)
    if (isOf(capture, object)) seeds.push_back(copyOf(capture.payload));
  return seeds;
}

std::vector<Target> decoderTargets() {
  std::vector<const Object*> distinct;
  for (const Object* object : objects()) {
    const bool known = std::any_of(distinct.begin(), distinct.end(), [&](const Object* other) {
      return other->header == object->header && other->attributes == object->attributes;
    });
    if (!known) distinct.push_back(object);
  }
  std::vector<Target> targets;
  for (const Object* object : distinct)
    targets.push_back({"decode." + std::string(object->name), [=](Bytes bytes) { decode(*object, bytes); },
                       [=](Captures captures) { return seedsOf(*object, captures); }});
  return targets;
}

}  // namespace netplumb::fuzz
