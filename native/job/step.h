// What a job is made of. A step is plain data, encoded before the job leaves the JS thread, so that running
// it needs no JavaScript.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/system_error.h"
#include "base/unique_fd.h"
#include "job/name_surrender.h"
#include "netlink/table.h"
#include "netlink/writer.h"
#include "os/network_namespace.h"
#include "os/tun.h"

namespace netplumb {

// Which of the job's namespaces; some are open when it starts, some are made or opened by its steps.
using Slot = size_t;

// Settle asks for an object only for what the kernel does before it answers: a link that is asked for has its
// carrier taken note of at once (rtnl_getlink calls linkwatch_sync_dev), where otherwise a kernel worker does
// it some time later. It travels with the steps around it; its answer is not read, and that it fails is no
// failure.
enum class Verb : uint8_t { Add, Append, Prepend, Set, Replace, Remove, Get, List, Settle };

// A link that an earlier step of the same job makes.
struct StepLink {
  size_t step;
  bool peer;
};

// Four bytes of a request that are known only when it runs.
struct Fixup {
  size_t offset;
  std::variant<Slot, std::string, StepLink>
      value;  // a namespace's descriptor, a link's name, a link made before
};

// What a link.add will have made, so that later steps find it without asking the kernel.
struct Created {
  std::string name;
  std::string peerName;
  std::optional<Slot> peerSlot;  // where the peer is born; absent: beside its other end
};

struct Request {
  Slot slot;
  const Object* object;
  Verb verb;
  // Usually one. Several, alike up to their fixups, for what the kernel would do in part and then refuse: a
  // failed one then did nothing, and each of the others can be taken back.
  std::vector<ByteVector> messages;
  std::vector<Fixup> fixups;
  // Sent only when all before it is known to have succeeded. Steps without it share a send with their
  // neighbours, and then run even if one before them failed: they must be harmless or undone in that case.
  bool barrier;
  Created created;
};

inline bool isAddition(const Request& request) {
  return request.verb == Verb::Add || request.verb == Verb::Append || request.verb == Verb::Prepend;
}

struct CreateNamespace {
  Slot slot;
  std::string name;  // empty: anonymous
};

struct OpenNamespace {
  Slot slot;
  // A name below /run/netns or a path (with a slash), a pid, a duplicate, or why there is no duplicate.
  std::variant<std::string, pid_t, UniqueFd, SystemError> reference;
  std::optional<NamespaceIdentity> otherThan = {};  // ENOTUNIQ where it is this one
};

struct RemoveNamespace {
  std::string name;
};

// See name_surrender.h. `into` is filled in where the name was taken away.
struct SurrenderName {
  Slot slot, into;
  std::string name;
  int32_t netNsId;
  std::vector<PairEnds> leaving;
};

struct SysctlGet {
  Slot slot;
  std::string path;
};

struct SysctlSet {
  Slot slot;
  std::string path;
  std::string value;
};

struct CreateTun {
  Slot slot;
  TunOptions options;
};

// Messages of one nfnetlink subsystem that the kernel carries out all together or not at all. A plan does not
// take it back: it stands alone in its job.
struct Transaction {
  struct Message {
    const Object* object;
    std::string operation, target;
    ByteVector bytes;
  };
  Slot slot;
  std::vector<Message> messages;
  std::optional<uint32_t> generation;  // ERESTART, with nothing done, where it is another one by now
};

struct Step {
  std::string operation;  // 'link.add'
  std::string target;     // 'br0'
  std::variant<Request, CreateNamespace, OpenNamespace, RemoveNamespace, SurrenderName, SysctlGet, SysctlSet,
               CreateTun, Transaction>
      what;
};

}  // namespace netplumb
