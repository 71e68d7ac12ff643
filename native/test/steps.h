// Steps of jobs as napi/ would read them from JavaScript, and jobs made of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "job/job.h"
#include "requests.h"

namespace netplumb::test {

/// `object`'s `verb`, with a message made by hand; its operation is `OBJECT.VERB`.
Step request(Slot slot, const char* object, Verb verb, ByteVector message, std::vector<Fixup> fixups = {});

/// `ip link add NAME type bridge`
Step bridge(Slot slot, const std::string& name);
/// `ip link add NAME type veth peer name PEER netns PEERSLOT`
Step veth(Slot slot, const std::string& name, const std::string& peer, Slot peerSlot);
/// `ip link set NAME up`
Step up(Slot slot, const std::string& name);
/// `ip address add 10.0.0.LAST/24 dev LINK`
Step address(Slot slot, uint8_t last, std::variant<Slot, std::string, StepLink> link);
/// `ip route add 10.NET.0.0/16 via 10.0.0.HOP`
Step route(Slot slot, uint8_t net, uint8_t hop);
/// `ip link add lo type bridge`, which fails with EEXIST.
Step impossible(Slot slot);

/// The step, sent only when all before it has succeeded.
Step alone(Step step);

/// A step that is no request; its operation is OPERATION, its target TARGET.
template <typename What>
Step other(const char* operation, const char* target, What what) {
  Step step;
  step.operation = operation;
  step.target = target;
  step.what = std::move(what);
  return step;
}
inline Step createNamespace(Slot slot, const char* name = "") {
  return other("namespace.create", name, CreateNamespace{slot, name});
}
template <typename Reference>
Step openNamespace(Slot slot, const char* target, Reference reference,
                   std::optional<NamespaceIdentity> otherThan = std::nullopt) {
  OpenNamespace open{slot, {}, otherThan};
  open.reference = std::move(reference);
  return other("namespace.open", target, std::move(open));
}
inline Step removeNamespace(const char* name) {
  return other("namespace.remove", name, RemoveNamespace{name});
}

/// A list of steps, which cannot be copied and so cannot stand in braces.
template <typename... Steps>
std::vector<Step> steps(Steps&&... each) {
  std::vector<Step> list;
  (list.push_back(std::forward<Steps>(each)), ...);
  return list;
}

struct Ran {
  std::unique_ptr<Job> job;  // a job holds an atomic and does not move
  int error() const { return job->failure ? job->failure->error : 0; }
};

/// Runs the steps on a thread of its own.
Ran run(std::vector<NetNamespacePtr> slots, std::vector<Step> steps, bool undo = true);
Ran run(std::unique_ptr<Job> job);
std::unique_ptr<Job> makeJob(std::vector<NetNamespacePtr> slots, std::vector<Step> steps);

}  // namespace netplumb::test
