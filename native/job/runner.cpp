// The order of things here is the contract of Plan: see docs/architecture.md, "A job".
#include "job/runner.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/system_error.h"
#include "netfilter/transaction.h"
#include "os/named_namespace.h"
#include "os/sysctl.h"
#include "rtnl/objects.h"

namespace netplumb {

// Keeps one send's acknowledgements well inside the receive buffer.
static constexpr size_t longestBatch = 64;

// Bytes in one send, unless one request alone has more: inside the socket's send buffer, or nothing is sent.
static constexpr size_t largestBatch = 128 * 1024;

namespace {

// Ends the job. Everything thrown by the rooms below becomes one of these.
struct Stop {
  Failure failure;
};

// Notes when its scope began and ended, however it ended.
class Timed {
 public:
  Timed(Job& job, size_t first, size_t last) : job_(job), first_(first), last_(last), began_(now()) {}
  ~Timed() {
    if (job_.traced) job_.spans.push_back({first_, last_, began_, now()});
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  double now() const {
    using Microseconds = std::chrono::duration<double, std::micro>;
    return job_.traced ? Microseconds(std::chrono::steady_clock::now() - job_.submitted).count() : 0;
  }

  Job& job_;
  size_t first_, last_;
  double began_;
};

}  // namespace

void Job::run(Caller caller) {
  const auto given = slots;
  Runner(*this, caller).run();
  // Closing is work too: what nobody asked to keep, or will get, is let go on this thread, not on the JS
  // thread.
  for (size_t slot = 0; slot < slots.size(); slot++) {
    if (!failure && std::find(kept.begin(), kept.end(), slot) != kept.end()) continue;
    if (slots[slot] && !given[slot]) left.push_back(slots[slot]);
    slots[slot].reset();
  }
  if (failure) letGo();
}

void Runner::run() {
  job_.results.resize(job_.steps.size());
  born_.resize(job_.slots.size());
  std::optional<FileLock> lock;
  Failure failure;
  try {
    if (job_.lock) {
      lock = FileLock::tryAcquire(job_.lock->path, job_.lock->mode);
      if (!lock)
        throw Stop{{EWOULDBLOCK, "lock", job_.lock->path, {}, "another process holds it", {}, {}, {}}};
    }
    for (current_ = 0; current_ < job_.steps.size() || receiveMore(); current_++) {
      if (job_.cancelled)
        throw Stop{{ECANCELED,
                    job_.steps[current_].operation,
                    job_.steps[current_].target,
                    {},
                    {},
                    {},
                    current_,
                    {}}};
      if (auto* request = std::get_if<Request>(&job_.steps[current_].what)) {
        perform(current_, *request);
        continue;
      }
      const size_t step = current_;
      flush();
      current_ = step;
      const Timed timed(job_, step, step);
      std::visit([this, step](auto& what) { perform(step, what); }, job_.steps[step].what);
    }
    flush();
    giveNames();
    return;
  } catch (Stop& stop) {
    failure = std::move(stop.failure);
  } catch (const SystemError& error) {
    failure = {error.error(), error.operation(), error.target(), {}, error.explanation(), {}, {}, {}};
    if (current_ < job_.steps.size()) {
      failure.operation = job_.steps[current_].operation;
      failure.step = current_;
      if (!job_.steps[current_].target.empty()) failure.target = job_.steps[current_].target;
    }
  } catch (const std::exception& error) {
    failure = {EPROTO, "job", {}, {}, error.what(), {}, current_, {}};
  }
  if (job_.undo) undo(failure);
  job_.failure = std::move(failure);
}

Runner::~Runner() {
  for (const Slot slot : joined_)
    if (job_.slots[slot]) stayed(job_.slots[slot]->fd());
}

bool Runner::receiveMore() {
  if (!job_.more || std::exchange(received_, true)) return false;
  auto more = job_.more->take();
  if (!more) throw Stop{{ECANCELED, "job", {}, {}, "abandoned", {}, {}, {}}};
  std::move(more->begin(), more->end(), std::back_inserter(job_.steps));
  job_.results.resize(job_.steps.size());
  return current_ < job_.steps.size();
}

NetNamespace& Runner::at(Slot slot) const {
  if (slot >= job_.slots.size() || !job_.slots[slot])
    fail(EBADF, "namespace", {}, "the namespace is not open");
  return *job_.slots[slot];
}

Socket& Runner::socketOf(const Request& request) const {
  return at(request.slot).socket(caller_, request.object->protocol);
}

// Whether a name may be another link's after it, or nobody's.
static bool movesNames(const Request& request) {
  if (request.object->add != RTM_NEWLINK || request.object->remove != RTM_DELLINK || isAddition(request))
    return false;
  if (request.verb == Verb::Remove) return true;
  const Bytes attributes = Bytes(request.messages.front()).subspan(NLMSG_HDRLEN + sizeof(ifinfomsg));
  // Without an index the name only says which link is meant.
  const bool byIndex = readAt<ifinfomsg>(request.messages.front(), NLMSG_HDRLEN).ifi_index != 0;
  return (byIndex && findAttribute(attributes, IFLA_IFNAME)) || findAttribute(attributes, IFLA_NET_NS_FD) ||
         findAttribute(attributes, IFLA_NET_NS_PID);
}

void Runner::perform(size_t step, Request& request) {
  if (request.verb == Verb::Get || request.verb == Verb::List) {
    flush();
    fix(request);
    read(step, request);
    return;
  }
  const auto onSameSocket = [&](const Request& other) {
    return other.slot == request.slot && other.object->protocol == request.object->protocol;
  };
  const bool elsewhere = !batch_.empty() && !onSameSocket(this->request(batch_.front().step));
  size_t bytes = 0;
  for (const ByteVector& message : request.messages) bytes += message.size();
  const bool full =
      batch_.size() + request.messages.size() > longestBatch || batchBytes_ + bytes > largestBatch;
  if (request.barrier || elsewhere || full) flush();
  fix(request);
  for (ByteVector& message : request.messages) batch_.push_back({step, &message});
  batchBytes_ += bytes;
  // From here on the kernel has to be asked.
  if (movesNames(request)) links_.clear();
}

void Runner::flush() {
  if (batch_.empty()) return;
  std::vector<ByteVector*> messages;
  for (const Sent& sent : batch_) messages.push_back(sent.message);
  const auto batch = std::exchange(batch_, {});
  batchBytes_ = 0;
  current_ = batch.front().step;
  const Timed timed(job_, current_, batch.back().step);
  const auto outcomes = socketOf(request(current_)).exchange(messages);
  std::optional<Failure> first;
  for (size_t i = 0; i < batch.size(); i++) {
    // A lost answer may hide a success.
    const bool mayStand = outcomes[i].ack.error == 0 || !outcomes[i].answered;
    const Request& sent = request(batch[i].step);
    if (mayStand && (isAddition(sent) || leavesBorn(sent))) {
      done_.push_back({batch[i].step, batch[i].message, !outcomes[i].answered});
      if (sent.object->undo == Undo::Echo || sent.object->undo == Undo::Rule)
        done_.back().echo = outcomes[i].reply;
    }
    if (outcomes[i].ack.error != 0 && !first && request(batch[i].step).verb != Verb::Settle)
      first = describe(batch[i], outcomes[i].ack);
  }
  // After all of them are known: learning may fail, and what was added must be known to undo by then.
  for (size_t i = 0; i < batch.size(); i++) {
    if (outcomes[i].ack.error != 0 || !outcomes[i].answered) continue;
    try {
      learn(batch[i].step, outcomes[i].reply);
    } catch (const std::exception& error) {
      if (!first) first = unknownLink(batch[i].step, error);
    }
  }
  if (first) throw Stop{std::move(*first)};
  current_ = batch.back().step + 1;
}

void Runner::read(size_t step, Request& request) {
  const Timed timed(job_, step, step);
  Socket& socket = socketOf(request);
  if (request.verb == Verb::List) {
    Acknowledgement refusal;
    job_.results[step].messages = socket.dump(request.messages.front(), refusal);
    if (refusal.error != 0) throw Stop{describe({step, &request.messages.front()}, refusal)};
    return;
  }
  ByteVector* const one[] = {&request.messages.front()};
  auto outcome = std::move(socket.exchange(one).front());
  if (outcome.ack.error != 0) throw Stop{describe({step, one[0]}, outcome.ack)};
  job_.results[step].messages = std::move(outcome.reply);
}

// Where a link is born: in the namespace that the request itself names, else where it is sent.
Slot Runner::birthplace(const Request& request) const {
  const Bytes message(request.messages.front());
  const auto named = findAttribute(message.subspan(NLMSG_HDRLEN + sizeof(ifinfomsg)), IFLA_NET_NS_FD);
  for (const Fixup& fixup : request.fixups) {
    const auto* slot = std::get_if<Slot>(&fixup.value);
    if (slot && named && message.data() + fixup.offset == named->payload.data()) return *slot;
  }
  return request.slot;
}

// The echo of a new link tells its index and its peer's. It goes to sockets of the link's namespace only, and
// older kernels do not echo: then the kernel is asked.
void Runner::learn(size_t step, Bytes reply) {
  const Request& request = this->request(step);
  if (request.object->echoes && request.object->add != RTM_NEWLINK)
    job_.results[step].messages.assign(reply.begin(), reply.end());
  if (!isAddition(request) || request.object->add != RTM_NEWLINK) return;
  const Created& created = request.created;
  const Slot place = birthplace(request);
  StepResult& result = job_.results[step];
  result.name = created.name;
  ByteVector asked;
  if (reply.empty() && !created.name.empty()) {
    asked = lookUp(place, created.name);
    reply = asked;
  }
  if (reply.empty()) return;
  const size_t header = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(ifinfomsg));
  if (reply.size() < header) throw MalformedMessage("echo is shorter than its header");
  result.index = static_cast<uint32_t>(readAt<ifinfomsg>(reply, NLMSG_HDRLEN).ifi_index);
  if (const auto name = findAttribute(reply.subspan(header), IFLA_IFNAME))
    result.name = readText(name->payload);
  if (const auto peer = findAttribute(reply.subspan(header), IFLA_LINK))
    result.peerIndex = readAt<uint32_t>(peer->payload);
  links_[{place, result.name}] = result.index;
  if (result.peerIndex != 0 && !created.peerName.empty())
    links_[{created.peerSlot.value_or(request.slot), created.peerName}] = result.peerIndex;
}

void Runner::fix(Request& request) {
  for (const Fixup& fixup : request.fixups) {
    const uint32_t value = std::holds_alternative<Slot>(fixup.value)
                               ? static_cast<uint32_t>(at(std::get<Slot>(fixup.value)).fd())
                               : linkIndex(request, fixup);
    for (ByteVector& message : request.messages)
      std::memcpy(message.data() + fixup.offset, &value, sizeof value);
  }
}

uint32_t Runner::linkIndex(const Request& request, const Fixup& fixup) {
  if (const auto* made = std::get_if<StepLink>(&fixup.value)) {
    if (std::any_of(batch_.begin(), batch_.end(), [&](const Sent& sent) { return sent.step == made->step; }))
      flush();
    const StepResult& result = job_.results.at(made->step);
    const uint32_t index = made->peer ? result.peerIndex : result.index;
    if (index == 0) fail(ENODEV, "link.get", {}, "the step that was to make the link made none");
    return index;
  }
  const auto& name = std::get<std::string>(fixup.value);
  if (!links_.contains({request.slot, name})) flush();  // it may be in the making
  const auto known = links_.find({request.slot, name});
  if (known != links_.end()) return known->second;
  return static_cast<uint32_t>(readAt<ifinfomsg>(lookUp(request.slot, name), NLMSG_HDRLEN).ifi_index);
}

// The link's message.
ByteVector Runner::lookUp(Slot slot, const std::string& name) {
  Writer writer;
  const auto message = writer.beginMessage(RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK);
  writer.reserve(sizeof(ifinfomsg));
  writer.text(name.size() < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
  writer.number<uint32_t>(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  writer.endMessage(message);
  ByteVector bytes = writer.take();
  ByteVector* const one[] = {&bytes};
  auto outcome = std::move(at(slot).socket(caller_).exchange(one).front());
  if (outcome.ack.error != 0) fail(outcome.ack.error, "link.get", name, "no link is called " + name);
  return std::move(outcome.reply);
}

void Runner::perform(size_t step, const CreateNamespace& create) {
  flush();
  current_ = step;
  if (!create.name.empty()) reserved_.try_emplace(step, create.name);
  const FreshNamespace inside(onLost(caller_));
  // The thread is inside already, so the socket costs no visit.
  auto socket = Socket::open();
  auto kept = FreshNamespace::keep(socket.fd());
  born_[create.slot] = true;
  job_.slots[create.slot] = std::make_shared<NetNamespace>(std::move(kept), caller_, std::move(socket));
  done_.push_back({step, nullptr});
}

// The last thing a job does, unless its own steps use the name: whoever sees the name sees all that was made
// in it, and if the process is killed before, the namespace goes with it, and with the namespace its links.
void Runner::giveNames() {
  while (!reserved_.empty()) {
    const auto next = reserved_.begin();
    current_ = next->first;
    next->second.mount(at(std::get<CreateNamespace>(job_.steps[current_].what).slot).fd());
    reserved_.erase(next);
  }
}

void Runner::perform(size_t step, OpenNamespace& open) {
  flush();
  giveNames();  // it may be one of them
  current_ = step;
  UniqueFd fd;
  if (const auto* name = std::get_if<std::string>(&open.reference))
    fd = name->find('/') == std::string::npos ? openNamespaceByName(*name) : openNamespaceByPath(*name);
  else if (const auto* pid = std::get_if<pid_t>(&open.reference))
    fd = openNamespaceByPid(*pid);
  else if (const auto* refusal = std::get_if<SystemError>(&open.reference))
    throw *refusal;
  else
    fd = std::move(std::get<UniqueFd>(open.reference));
  if (open.otherThan && identify(fd.get()) == *open.otherThan)
    fail(ENOTUNIQ, "namespace.open", job_.steps[step].target, "it is the very namespace that it must not be");
  // Who gives up the name looks for who joins under the same lock.
  const auto* name = std::get_if<std::string>(&open.reference);
  if (job_.lock && name && name->find('/') == std::string::npos) {
    joinNamed(fd.get(), *name);
    joined_.push_back(open.slot);
  }
  job_.slots[open.slot] = std::make_shared<NetNamespace>(std::move(fd), caller_);
}

void Runner::perform(size_t step, const RemoveNamespace& remove) {
  flush();
  giveNames();
  current_ = step;
  NamedNamespace::remove(remove.name);
}

void Runner::perform(size_t step, const SurrenderName& surrender) {
  flush();
  current_ = step;
  auto held =
      surrenderName(at(surrender.slot).socket(caller_), surrender.name, surrender.netNsId, surrender.leaving);
  if (!held) return;
  job_.results[step].text = surrender.name;
  job_.slots[surrender.into] = std::make_shared<NetNamespace>(std::move(*held));
}

void Runner::perform(size_t step, const SysctlGet& get) {
  flush();
  current_ = step;
  EnterNamespace enter(at(get.slot).fd(), onLost(caller_));
  job_.results[step].text = readSysctl(get.path);
}

void Runner::perform(size_t step, const SysctlSet& set) {
  flush();
  current_ = step;
  EnterNamespace enter(at(set.slot).fd(), onLost(caller_));
  writeSysctl(set.path, set.value);
}

void Runner::perform(size_t step, const CreateTun& create) {
  flush();
  current_ = step;
  auto device = [&] {
    const EnterNamespace enter(at(create.slot).fd(), onLost(caller_));
    return openTun(create.options);
  }();
  StepResult& result = job_.results[step];
  result.index = device.index;
  result.name = std::move(device.name);
  if (!create.options.persistent) result.descriptor = std::move(device.fd);
  links_[{create.slot, result.name}] = result.index;
  done_.push_back({step, nullptr});
}

void Runner::perform(size_t step, Transaction& transaction) {
  flush();
  current_ = step;
  std::vector<ByteVector*> messages;
  for (auto& message : transaction.messages) messages.push_back(&message.bytes);
  if (messages.empty()) return;
  Socket& socket = at(transaction.slot).socket(caller_, Protocol::Netfilter);
  const auto subsystem = static_cast<uint16_t>(transaction.messages.front().object->add >> 8);
  const auto outcomes = transact(socket, subsystem, messages, transaction.generation);
  for (size_t i = 0; i < outcomes.size(); i++) {
    const auto& ack = outcomes[i].ack;
    if (ack.error == 0) continue;
    const auto& refused = transaction.messages[i];
    auto faulty = faultyAttribute(*refused.object, refused.bytes, ack, findLinkKind);
    throw Stop{{ack.error,
                refused.operation,
                refused.target,
                ack.message,
                {},
                std::move(faulty.path),
                step,
                {},
                faulty.missing,
                ack.policy,
                i}};
  }
}

Failure Runner::describe(const Sent& sent, const Acknowledgement& ack) const {
  const Step& failed = job_.steps[sent.step];
  const Request& request = std::get<Request>(failed.what);
  auto faulty = faultyAttribute(*request.object, *sent.message, ack, findLinkKind);
  return {ack.error, failed.operation, failed.target, ack.message, {}, std::move(faulty.path), sent.step,
          {},        faulty.missing,   ack.policy};
}

// A link that was made and could not be found again.
Failure Runner::unknownLink(size_t step, const std::exception& error) const {
  const auto* refused = dynamic_cast<const SystemError*>(&error);
  const Step& failed = job_.steps[step];
  return {refused ? refused->error() : EPROTO,
          failed.operation,
          failed.target,
          {},
          refused ? refused->explanation() : error.what(),
          {},
          step,
          {}};
}

}  // namespace netplumb
