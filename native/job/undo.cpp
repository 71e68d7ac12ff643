// How a failed job is taken back: each addition by what only it can have made, never by a name that may be
// another's by now. What cannot be, or might be somebody else's, is told in `notUndone`.
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <utility>

#include "base/system_error.h"
#include "job/echo_removal.h"
#include "job/route_removal.h"
#include "job/runner.h"
#include "os/named_namespace.h"

namespace netplumb {

// In reverse.
void Runner::undo(Failure& failure) {
  for (auto sent = done_.rbegin(); sent != done_.rend(); ++sent) {
    try {
      int error = 0;
      if (const auto* create = std::get_if<CreateNamespace>(&job_.steps[sent->step].what)) {
        error = undoNamespace(sent->step, *create);
      } else if (const auto* tun = std::get_if<CreateTun>(&job_.steps[sent->step].what)) {
        error = undoTun(sent->step, *tun);
      } else if (const Request& made = request(sent->step); !goesWithItsNamespace(made)) {
        // What stood there before would be removed in the place of what a lost request did not add.
        error = sent->lost ? EIO : undoRequest(*sent, made);
      }
      const bool gone =
          error == 0 || error == ENODEV || error == ESRCH || error == ENOENT || error == EADDRNOTAVAIL;
      const auto& listed = failure.notUndone;
      if (!gone && (listed.empty() || listed.back() != sent->step)) failure.notUndone.push_back(sent->step);
    } catch (const std::exception&) {
      failure.notUndone.push_back(sent->step);
    }
  }
}

// What stands in a namespace that this job made goes with it. A pair with one end elsewhere does too, but
// only some time after everybody else has gone on.
bool Runner::goesWithItsNamespace(const Request& request) const {
  if (!born_[request.slot] || leavesBorn(request)) return false;
  if (request.object->add != RTM_NEWLINK) return true;
  return born_[birthplace(request)] && born_[request.created.peerSlot.value_or(request.slot)];
}

// A link that is moved out of a namespace of the job's own does not go with it.
bool Runner::leavesBorn(const Request& request) const {
  if (isAddition(request) || request.object->add != RTM_NEWLINK || request.object->remove != RTM_DELLINK ||
      (request.verb != Verb::Set && request.verb != Verb::Replace) || !born_[request.slot])
    return false;
  if (!born_[birthplace(request)]) return true;
  const Bytes message(request.messages.front());
  return findAttribute(message.subspan(NLMSG_HDRLEN + sizeof(ifinfomsg)), IFLA_NET_NS_PID).has_value();
}

// It has no name yet, or one that is taken back where the job stopped between giving two.
int Runner::undoNamespace(size_t step, const CreateNamespace& create) {
  const auto made = std::exchange(job_.slots[create.slot], nullptr);
  if (create.name.empty() || reserved_.erase(step) > 0) return 0;
  try {
    if (identify(openNamespaceByName(create.name).get()) == made->identity())
      NamedNamespace::remove(create.name);
  } catch (const SystemError& error) {
    return error.error();
  }
  return 0;
}

// What nothing keeps goes with its descriptor.
int Runner::undoTun(size_t step, const CreateTun& create) {
  StepResult& result = job_.results[step];
  result.descriptor.reset();
  const bool stays = create.options.persistent && !born_[create.slot];
  return stays ? removeLink(create.slot, result.index) : 0;
}

// By its index, for its name may be another's by now.
int Runner::removeLink(Slot slot, uint32_t index) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(index);
  Writer writer;
  const auto mark = writer.beginMessage(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
  writer.patch(writer.reserve(sizeof link), link);
  writer.endMessage(mark);
  ByteVector message = writer.take();
  ByteVector* const one[] = {&message};
  return at(slot).socket(caller_).exchange(one).front().ack.error;
}

int Runner::undoRequest(const Sent& sent, const Request& made) {
  if (!isAddition(made)) return EIO;  // it left a namespace of ours; where it was is no more
  ByteVector message = *sent.message;
  const Slot slot = made.slot;
  switch (made.object->undo) {
    case Undo::Request:
      break;
    case Undo::Link: {
      const uint32_t index = job_.results[sent.step].index;
      if (index == 0) return EIO;  // its answer was lost; by name it might be somebody else's
      return removeLink(birthplace(made), index);
    }
    case Undo::Route:
      nameMetric(message);
      if (made.verb != Verb::Add && !isUnmistakable(at(slot).socket(caller_), message)) return EEXIST;
      break;
    case Undo::Echo:
    case Undo::Rule:
      if (sent.echo.empty()) return EIO;  // the same may have stood there under another number
      message = removalOf(*made.object, sent.echo);
      if (made.object->undo == Undo::Rule &&
          !isFirstOfItsKind(at(slot).socket(caller_), *made.object, message))
        return EEXIST;
      break;
    case Undo::None:
      return EOPNOTSUPP;
  }
  auto* header = reinterpret_cast<nlmsghdr*>(message.data());
  header->nlmsg_type = made.object->remove;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  ByteVector* const one[] = {&message};
  return socketOf(made).exchange(one).front().ack.error;
}

}  // namespace netplumb
