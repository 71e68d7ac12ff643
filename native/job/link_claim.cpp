// Both messages name the link by its index, so that what was removed meanwhile is not found, whoever has its
// name by then.
#include "job/link_claim.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cerrno>

#include "base/system_error.h"
#include "os/named_namespace.h"

namespace netplumb {

namespace {

constexpr uint16_t acknowledged = NLM_F_REQUEST | NLM_F_ACK;
constexpr uint16_t creating = acknowledged | NLM_F_CREATE | NLM_F_EXCL;

template <typename Attributes>
ByteVector linkMessage(uint16_t type, uint16_t flags, uint32_t index, Attributes&& attributes) {
  Writer writer;
  const auto message = writer.beginMessage(type, flags);
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(index);
  writer.patch(writer.reserve(sizeof header), header);
  attributes(writer);
  writer.endMessage(message);
  return writer.take();
}

ByteVector nameMessage(uint16_t type, uint16_t flags, const LinkClaim& claim) {
  return linkMessage(type, flags, claim.index, [&](Writer& writer) {
    const auto list = writer.beginNest(IFLA_PROP_LIST | NLA_F_NESTED);
    writer.text(IFLA_ALT_IFNAME, claim.altName);
    writer.endNest(list);
  });
}

// The kernel counts an alias' bytes: a NUL would be one of them. The bridge it is a port of already costs
// nothing to name; one that is gone is EINVAL.
ByteVector aliasMessage(uint32_t index, const std::string& alias, uint32_t master = 0) {
  return linkMessage(RTM_NEWLINK, acknowledged, index, [&](Writer& writer) {
    writer.attribute(IFLA_IFALIAS, {reinterpret_cast<const uint8_t*>(alias.data()), alias.size()});
    if (master != 0) writer.number<uint32_t>(IFLA_MASTER, master);
  });
}

struct Exchange {
  explicit Exchange(Socket& onHost) : socket(onHost) {}

  template <size_t count>
  std::vector<Outcome> operator()(std::array<ByteVector, count> messages) {
    std::array<ByteVector*, count> sent;
    for (size_t i = 0; i < count; i++) sent[i] = &messages[i];
    return socket.exchange(sent);
  }
  Socket& socket;
};

Failure refused(int error, const char* operation, const std::string& target, std::string kernelMessage,
                size_t step) {
  return {error, operation, target, std::move(kernelMessage), {}, {}, step, {}};
}

// What is not there any more needs no taking back.
void takeBack(Exchange& exchange, const LinkClaim& claim, Failure& failure, bool named) {
  try {
    const auto undone = named ? exchange(std::array{nameMessage(RTM_DELLINKPROP, acknowledged, claim),
                                                    aliasMessage(claim.index, claim.formerAlias)})
                              : exchange(std::array{aliasMessage(claim.index, claim.formerAlias)});
    for (size_t i = 0; i < undone.size(); i++)
      if (undone[i].ack.error != 0) failure.notUndone.push_back(named ? i : 1);
  } catch (const SystemError&) {
    failure.notUndone.push_back(1);
  }
}

// Notes how long something takes, where anybody wants to know.
template <typename Act>
auto timed(ClaimTimes* times, std::optional<ClaimTimes::Span> ClaimTimes::*which, Act&& act) {
  if (times == nullptr) return act();
  const auto began = ClaimTimes::Clock::now();
  struct Note {
    ~Note() { times->*which = {began - times->submitted, ClaimTimes::Clock::now() - began}; }
    ClaimTimes* times;
    std::optional<ClaimTimes::Span> ClaimTimes::*which;
    ClaimTimes::Clock::time_point began;
  };
  const Note note{times, which, began};
  return act();
}

std::optional<Failure> claimLocked(const LinkClaim& claim, Caller caller, ClaimTimes* times) {
  Exchange exchange(claim.host->socket(caller));
  const auto outcomes = timed(times, &ClaimTimes::sent, [&] {
    return exchange(std::array{nameMessage(RTM_NEWLINKPROP, creating, claim),
                               aliasMessage(claim.index, claim.alias, claim.master)});
  });
  std::optional<Failure> failure;
  if (const auto& ack = outcomes[0].ack; ack.error != 0)
    failure = refused(ack.error, "altName.add", claim.altName, ack.message, 0);
  else if (const auto& label = outcomes[1].ack; label.error != 0)
    failure = refused(label.error, "link.set", "#" + std::to_string(claim.index), label.message, 1);
  if (!failure && !claim.name.empty()) {
    try {
      timed(times, &ClaimTimes::named, [&] { NamedNamespace::publish(claim.inside->fd(), claim.name); });
    } catch (const SystemError& error) {
      failure = Failure{error.error(), error.operation(), error.target(), {}, error.explanation(), {}, 2, {}};
    }
  }
  // A lost answer may hide a success.
  if (failure) takeBack(exchange, claim, *failure, outcomes[0].ack.error == 0 || !outcomes[0].answered);
  return failure;
}

}  // namespace

std::optional<Failure> claimLink(const LinkClaim& claim, Caller caller, ClaimTimes* times) {
  try {
    std::optional<FileLock> lock;
    if (claim.lock) {
      lock = FileLock::tryAcquire(claim.lock->path, claim.lock->mode);
      if (!lock)
        return Failure{EWOULDBLOCK, "lock", claim.lock->path, {}, "another process holds it", {}, {}, {}};
    }
    return claimLocked(claim, caller, times);
  } catch (const SystemError& error) {
    return Failure{error.error(), error.operation(), error.target(), {}, error.explanation(), {}, {}, {}};
  } catch (const std::exception& error) {
    return Failure{EPROTO, "job", {}, {}, error.what(), {}, {}, {}};
  }
}

}  // namespace netplumb
