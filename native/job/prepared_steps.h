// Steps that were encoded once, for jobs that differ in a few texts only: a container's name, its addresses.
// Reading such a job anew from JavaScript takes as long as the kernel takes to make a namespace.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "job/step.h"

namespace netplumb {

// Where one of the texts stands in a message, as an attribute of its own.
struct Place {
  size_t text;                // which
  size_t offset;              // of the attribute
  Row row;                    // how the text becomes bytes
  std::vector<size_t> nests;  // offsets of the attributes around it
};

// Puts a text in the place of another. False, with nothing done, where it cannot stand there.
bool putText(ByteVector& message, const Place& place, std::string_view text);

struct PreparedStep {
  std::string operation, target;
  std::variant<Request, SysctlSet, Transaction> what;
  std::vector<Place> places;  // in a request's only message, in their order
};

class PreparedSteps {
 public:
  // `standIns` are the texts that the steps were encoded with. std::invalid_argument where one begins
  // another.
  PreparedSteps(std::vector<PreparedStep> steps, std::vector<std::string> standIns);

  // With one text for each stand-in. std::invalid_argument where one cannot stand where it should.
  std::vector<Step> fill(std::span<const std::string> texts) const;

 private:
  Step fill(const PreparedStep& step, std::span<const std::string> texts) const;
  std::string replace(const std::string& words, std::span<const std::string> texts) const;

  std::vector<PreparedStep> steps_;
  std::vector<std::string> standIns_;
};

}  // namespace netplumb
