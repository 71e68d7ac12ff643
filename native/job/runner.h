// Runs one job: groups requests into sends, fills in what is known only now, and takes back what a failed job
// had made.
#pragma once

#include <map>
#include <utility>

#include "job/job.h"
#include "os/named_namespace.h"

namespace netplumb {

class Runner {
 public:
  Runner(Job& job, Caller caller) : job_(job), caller_(caller) {}
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  void run();

 private:
  struct Sent {
    size_t step;
    ByteVector* message;   // null for a namespace
    bool lost = false;     // its answer: it may have been refused because the same stood there before
    ByteVector echo = {};  // what the kernel says it made, where that is what takes it back
  };

  // One per alternative of Step::what.
  void perform(size_t step, Request& request);
  void perform(size_t step, const CreateNamespace& create);
  void perform(size_t step, OpenNamespace& open);
  void perform(size_t step, const RemoveNamespace& remove);
  void perform(size_t step, const SurrenderName& surrender);
  void perform(size_t step, const SysctlGet& get);
  void perform(size_t step, const SysctlSet& set);
  void perform(size_t step, const CreateTun& create);
  void perform(size_t step, Transaction& transaction);

  // Takes over the steps that were written meanwhile; false when there are none.
  bool receiveMore();
  void giveNames();
  NetNamespace& at(Slot slot) const;
  Socket& socketOf(const Request& request) const;
  void flush();
  void read(size_t step, Request& request);
  void fix(Request& request);
  uint32_t linkIndex(const Request& request, const Fixup& fixup);
  ByteVector lookUp(Slot slot, const std::string& name);
  Slot birthplace(const Request& request) const;
  void learn(size_t step, Bytes reply);
  Failure describe(const Sent& sent, const Acknowledgement& ack) const;
  Failure unknownLink(size_t step, const std::exception& error) const;
  void undo(Failure& failure);
  bool goesWithItsNamespace(const Request& request) const;
  bool leavesBorn(const Request& request) const;
  int undoNamespace(size_t step, const CreateNamespace& create);
  int undoTun(size_t step, const CreateTun& create);
  int removeLink(Slot slot, uint32_t index);
  int undoRequest(const Sent& sent, const Request& request);

  Request& request(size_t step) { return std::get<Request>(job_.steps[step].what); }

  Job& job_;
  Caller caller_;
  bool received_ = false;
  size_t current_ = 0;       // the step that an exception belongs to
  std::vector<Sent> batch_;  // requests waiting for one send, all of one slot
  size_t batchBytes_ = 0;
  std::vector<Sent> done_;                                  // to be taken back, in order
  std::map<std::pair<Slot, std::string>, uint32_t> links_;  // made by this job
  std::vector<bool> born_;                                  // slots whose namespace this job made
  std::vector<Slot> joined_;                                // opened by name, to attach to
  // Names for namespaces that this job made, by the step; given when all else is done.
  std::map<size_t, NameReservation> reserved_;
};

}  // namespace netplumb
