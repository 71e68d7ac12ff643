// A queue that is full is not emptied into the void: reading stops, announcements wait in the socket, and
// where that has no room either the kernel says so. So there is one kind of loss, and one way to make up for
// it.
#include "monitor/monitor.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace netplumb {

// Other monitors, and whoever closes this one, get their turn after so many datagrams.
static constexpr int datagramsInARow = 256;

// Lists that change while they are read, each of them tried by the socket six times.
static constexpr int mostVainReads = 100;

static std::vector<uint32_t> groupsOf(std::span<const Subject> subjects) {
  std::vector<uint32_t> groups;
  for (const Subject& subject : subjects)
    groups.insert(groups.end(), subject.watched->groups.begin(), subject.watched->groups.end());
  return groups;
}

Monitor::Monitor(const Options& options)
    : announcements_(groupsOf(options.subjects), options.receiveBuffer),
      questions_(Socket::open()),
      known_(options.subjects.begin(), options.subjects.end()),
      mostQueued_(options.mostQueued) {}

std::vector<Event> Monitor::take(size_t most) {
  const std::lock_guard guard(mutex_);
  std::vector<Event> taken;
  const bool wasFull = queue_.size() >= mostQueued_;
  while (taken.size() < most && !queue_.empty()) {
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  if (wasFull && queue_.size() < mostQueued_ && attention_) attention_();
  // What was heard before it is worth having.
  if (taken.empty() && failure_) throw *std::exchange(failure_, std::nullopt);
  return taken;
}

void Monitor::whenReady(std::function<void()> ready) {
  {
    const std::lock_guard guard(mutex_);
    if (queue_.empty() && !ended_) {
      ready_.push_back(std::move(ready));
      return;
    }
  }
  ready();
}

void Monitor::attend(std::function<void()> attention) {
  const std::lock_guard guard(mutex_);
  attention_ = std::move(attention);
}

void Monitor::close() {
  end(std::nullopt);
  const std::lock_guard guard(mutex_);
  queue_.clear();
  if (attention_) attention_();
}

void Monitor::abandon() {
  const std::lock_guard guard(mutex_);
  ended_ = true;
  ready_.clear();
  attention_ = nullptr;
}

void Monitor::end(std::optional<SystemError> why) {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard guard(mutex_);
    if (ended_.exchange(true)) return;
    failure_ = std::move(why);
    ready = std::exchange(ready_, {});
  }
  for (const auto& tell : ready) tell();
}

void Monitor::push(std::vector<Event> events) {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard guard(mutex_);
    if (ended_ || events.empty()) return;
    for (Event& event : events) queue_.push_back(std::move(event));
    ready = std::exchange(ready_, {});
  }
  for (const auto& tell : ready) tell();
}

bool Monitor::isFull() {
  const std::lock_guard guard(mutex_);
  return queue_.size() >= mostQueued_;
}

Monitor::Waits Monitor::work() {
  try {
    return workOrThrow();
  } catch (const SystemError& error) {
    end(error);
  } catch (const std::exception& error) {
    end(SystemError(EPROTO, "monitor.read", {}, error.what()));
  }
  return Waits::ForNothing;
}

Monitor::Waits Monitor::workOrThrow() {
  if (!ended_ && !begun_ && !learn()) return Waits::ForAWhile;
  for (int datagrams = 0; !ended_; datagrams++) {
    if (isFull()) return Waits::ForRoom;
    if (datagrams == datagramsInARow && !lost_) return Waits::ForAnnouncements;
    auto [found, messages] = announcements_.receive();
    if (found == MulticastSocket::Found::Loss) lost_ = true;
    if (found == MulticastSocket::Found::Messages) {
      MessageReader reader(messages);
      while (const auto message = reader.next()) hear(*message);
      // In a flood that never ends there is no end to wait for.
      if (!lost_ || datagrams < datagramsInARow) continue;
      found = MulticastSocket::Found::Nothing;
    }
    if (found == MulticastSocket::Found::Nothing && lost_) {
      if (!makeUpForLoss()) return Waits::ForAWhile;
    } else if (found == MulticastSocket::Found::Nothing) {
      repeating_ = false;
      return Waits::ForAnnouncements;
    }
  }
  return Waits::ForNothing;
}

void Monitor::hear(const MessageView& message) {
  if (message.type == NLMSG_OVERRUN) lost_ = true;
  for (KnownObjects& known : known_) {
    const Object& object = *known.subject().object;
    const bool isNew = message.type == object.add;
    if (!isNew && message.type != object.remove) continue;
    if (object.get == RTM_GETLINK) {
      // A bridge says in a message of its own family what its ports do. It holds no whole link, and that a
      // port is gone does not mean that the link is.
      if (readAt<uint8_t>(message.payload) == AF_BRIDGE) {
        ByteVector changed = isNew ? known.changePort(message.payload) : ByteVector();
        if (!changed.empty()) push({{Event::Change::New, &object, std::move(changed)}});
        return;
      }
      // Nor does an event of the old wireless extensions.
      if (findAttribute(message.payload.subspan(sizeof(ifinfomsg)), IFLA_WIRELESS)) return;
    }
    ByteVector payload = worthKeeping(known.subject(), message.payload);
    const bool saysNews = isNew ? known.put(payload, message.flags) : known.remove(payload);
    if (saysNews || !repeating_)
      push({{isNew ? Event::Change::New : Event::Change::Removed, &object, std::move(payload)}});
    return;
  }
}

// What stands before the first announcement is dealt with. False: try again.
bool Monitor::learn() {
  begun_ = compare().has_value();
  return begun_;
}

bool Monitor::makeUpForLoss() {
  auto differences = compare();
  if (!differences) return false;
  std::vector<Event> events{{Event::Change::Overrun}};
  // What hangs on something goes before it and comes after it.
  for (size_t i = known_.size(); i-- > 0;)
    for (ByteVector& payload : differences->at(i).removed)
      events.push_back({Event::Change::Removed, known_[i].subject().object, std::move(payload)});
  for (size_t i = 0; i < known_.size(); i++)
    for (ByteVector& payload : differences->at(i).added)
      events.push_back({Event::Change::New, known_[i].subject().object, std::move(payload)});
  lost_ = false;
  repeating_ = true;
  push(std::move(events));
  return true;
}

// All lists are read before any of them counts: what is known must not be ahead of what was told. Empty where
// one of them changed each time it was read.
std::optional<std::vector<KnownObjects::Differences>> Monitor::compare() {
  std::vector<ByteVector> lists;
  try {
    for (const KnownObjects& known : known_) lists.push_back(listOf(known.subject()));
  } catch (const SystemError& error) {
    if (error.error() != EAGAIN || ++vainReads_ > mostVainReads) throw;
    return std::nullopt;
  }
  vainReads_ = 0;
  std::vector<KnownObjects::Differences> differences;
  for (size_t i = 0; i < known_.size(); i++) differences.push_back(known_[i].become(lists[i]));
  return differences;
}

ByteVector Monitor::listOf(const Subject& subject) {
  static constexpr uint8_t all[] = {AF_UNSPEC};
  const Watched& watched = *subject.watched;
  ByteVector list;
  for (const uint8_t family : watched.families.empty() ? std::span<const uint8_t>(all) : watched.families) {
    Writer writer;
    const auto mark = writer.beginMessage(subject.object->get, NLM_F_REQUEST | NLM_F_DUMP);
    writer.patch(writer.reserve(subject.object->header->size), family);
    if (watched.extMask != 0) writer.number<uint32_t>(IFLA_EXT_MASK, watched.extMask);
    writer.endMessage(mark);
    ByteVector request = writer.take();
    Acknowledgement refusal;
    const ByteVector part = questions_.dump(request, refusal);
    // What the kernel does not have it has none of.
    if (refusal.error == EOPNOTSUPP || refusal.error == EAFNOSUPPORT) continue;
    if (refusal.error != 0) fail(refusal.error, "monitor.read", std::string(watched.object), refusal.message);
    list.insert(list.end(), part.begin(), part.end());
  }
  return list;
}

}  // namespace netplumb
