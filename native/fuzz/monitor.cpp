// What a monitor remembers of objects, fed with any announcements and lists. An input is [object][messages].
#include "monitor/known_objects.h"

#include "fuzz/every_row.h"
#include "fuzz/target.h"
#include "job/objects.h"
#include "rtnl/objects.h"

namespace netplumb::fuzz {

static void checkKept(const Subject& subject, Bytes kept) {
  require(worthKeeping(subject, kept) == copyOf(kept), "what was kept is not kept again");
  require(saySame(subject, kept, kept), "a message says something else than itself");
}

static void announce(KnownObjects& known, const MessageView& message) {
  const Subject& subject = known.subject();
  if (message.type == subject.object->remove) known.remove(message.payload);
  if (message.type != subject.object->add) return;
  ByteVector kept = worthKeeping(subject, message.payload);
  checkKept(subject, kept);
  known.put(std::move(kept), message.flags);
  if (subject.watched->changeAt != 0) touch(known.changePort(message.payload));
}

static void watch(Bytes bytes) {
  if (bytes.empty()) return;
  const Watched& watched = watchedObjects[bytes[0] % std::size(watchedObjects)];
  const Object* object = findObject(watched.object);
  if (!object) return;
  KnownObjects known({&watched, object});
  MessageReader reader(bytes.subspan(1));
  while (const auto message = reader.next()) announce(known, *message);
  const auto differences = known.become(bytes.subspan(1));
  for (const ByteVector& payload : differences.added) checkKept(known.subject(), payload);
}

static void append(ByteVector& input, uint16_t type, uint16_t flags, Bytes payload) {
  Writer writer;
  const auto mark = writer.beginMessage(type, flags);
  const size_t at = writer.reserve(payload.size());
  for (size_t i = 0; i < payload.size(); i++) writer.patch(at + i, payload[i]);
  writer.endMessage(mark);
  input.insert(input.end(), writer.bytes().begin(), writer.bytes().end());
}

// An object comes, changes, and goes.
static Seeds announcements(Captures captures) {
  Seeds seeds;
  for (size_t i = 0; i < std::size(watchedObjects); i++) {
    const Object* object = findObject(watchedObjects[i].object);
    if (!object) continue;
    for (const Kind* kind : linkKinds()) {
      const ByteVector payload = everyRow(*object, *kind);
      ByteVector input{static_cast<uint8_t>(i)};
      append(input, object->add, 0, payload);
      append(input, object->add, NLM_F_REPLACE, payload);
      append(input, object->remove, 0, payload);
      seeds.push_back(input);
    }
    ByteVector captured{static_cast<uint8_t>(i)};
    for (const MessageView& capture : captures)
      if (capture.type == object->add && captured.size() < 4096)
        append(captured, object->add, capture.flags, capture.payload);
    seeds.push_back(captured);
  }
  return seeds;
}

std::vector<Target> monitorTargets() { return {{"monitor", watch, announcements}}; }

}  // namespace netplumb::fuzz
