// A job: steps over one or more namespaces, run in order by one thread, stopped at the first error and
// undone.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "job/handover.h"
#include "job/net_namespace.h"
#include "job/step.h"
#include "netlink/extended_ack.h"
#include "os/file_lock.h"

namespace netplumb {

// Why a job failed.
struct Failure {
  int error;
  std::string operation;
  std::string target;
  std::string kernelMessage;
  std::string explanation;
  std::string attribute;
  std::optional<size_t> step;
  std::vector<size_t> notUndone;                         // steps that succeeded and could not be taken back
  bool missing = false;                                  // the attribute should have been there and was not
  std::optional<AttributePolicy> policy = std::nullopt;  // what the kernel would have taken
  std::optional<size_t> message = std::nullopt;          // of a transaction, which one was refused
};

// What a step gave back. At most one of these is filled.
struct StepResult {
  uint32_t index = 0;      // of the link made
  uint32_t peerIndex = 0;  // and of its peer
  std::string name;        // as the kernel chose or took it
  ByteVector messages;     // objects read
  std::string text;        // sysctl read
  UniqueFd descriptor;     // attached to the link made, which goes with it
};

// When a send, or a step that sends nothing, was under way, in microseconds since the job was submitted. The
// steps of one send share it.
struct Span {
  size_t first, last;  // steps
  double began, ended;
};

struct LockRequest {
  std::string path;
  FileLock::Mode mode;
};

struct Job {
  std::vector<NetNamespacePtr> slots;  // null where a step fills it in
  std::vector<Step> steps;
  std::vector<Slot> kept;  // slots whose namespaces outlive the job
  bool undo = true;
  std::optional<LockRequest> lock;  // EWOULDBLOCK, with nothing done, when another process holds it
  std::unique_ptr<Handover> more;   // where steps follow that were not written when the job began
  size_t head = 0;                  // how many were
  std::atomic<bool> cancelled = false;
  bool traced = false;  // spans are wanted
  std::chrono::steady_clock::time_point submitted = std::chrono::steady_clock::now();

  std::vector<StepResult> results;
  std::vector<Span> spans;
  std::optional<Failure> failure;
  std::vector<NetNamespacePtr> left;  // that it made or opened, and did not keep

  // Runs on the calling thread. Never throws: what goes wrong is in `failure`.
  void run(Caller caller);

  // Closes what is left, which nobody has to wait for: then, what the job was given is let go already, and
  // after a failure everything.
  void letGo() { left.clear(); }
};

}  // namespace netplumb
