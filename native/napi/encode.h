// Encodes a JavaScript object as one rtnetlink request, walking the tables. Every value is checked here,
// before any system call: TypeError or RangeError naming the option's path. What is known only when the
// request runs becomes a fixup.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "job/prepared_steps.h"
#include "job/step.h"
#include "netlink/writer.h"

namespace netplumb {

class RequestEncoder {
 public:
  // `operation` ('link.add') opens every error message.
  RequestEncoder(Napi::Env env, std::string operation) : env_(env), operation_(std::move(operation)) {}

  ByteVector encode(const Object& object, Verb verb, Napi::Object value);
  std::vector<Fixup> takeFixups() { return std::move(fixups_); }

  // Notes where each of these texts is encoded as a whole value. They must outlive the encoder.
  void watchFor(std::span<const std::string> standIns) { standIns_ = standIns; }
  std::vector<Place> takePlaces() { return std::move(places_); }

 private:
  // One level of nesting in the path of an error message.
  struct Level;

  template <typename Visit>
  void each(Napi::Object value, Visit visit);
  void checkWritable(const Row* row) const;
  void properties(Napi::Object value, const Table* header, size_t headerOffset, const Table& attributes);
  void attribute(const Row& row, Napi::Value value, std::string_view kind);
  void notePlace(const Row& row, Napi::Value value);
  void field(const Row& row, size_t offset, Napi::Value value);
  void fields(const Table& table, size_t offset, Napi::Object value);
  void list(const Row& row, Napi::Value value);
  void repeated(const Row& row, Napi::Value value);
  void structs(const Row& row, Napi::Value value);
  void nextHops(const Row& row, Napi::Value value);
  bool reference(const Row& row, size_t offset, Napi::Value value);
  std::string chosenBy(Napi::Object siblings, const char* property) const;

  uint64_t integer(const Row& row, Napi::Value value) const;
  uint64_t named(const Row& row, Napi::Value value) const;
  std::string text(Napi::Value value) const;
  ByteVector addressBytes(const Row& row, Napi::Value value) const;
  Napi::Object object(Napi::Value value) const;
  Napi::Array array(Napi::Value value) const;
  [[noreturn]] void wrongType(std::string_view expected, Napi::Value value) const;
  [[noreturn]] void outOfRange(std::string_view expected) const;
  std::string where() const;

  Napi::Env env_;
  std::string operation_;
  Writer writer_;
  std::vector<Fixup> fixups_;
  std::span<const std::string> standIns_;
  std::vector<Place> places_;
  std::vector<std::string> path_;
};

}  // namespace netplumb
