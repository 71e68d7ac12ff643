// The objects of one sort as somebody knows them who has heard every event so far: what a list read later is
// compared with. One owner at a time.
#pragma once

#include <map>
#include <vector>

#include "monitor/message.h"

namespace netplumb {

class KnownObjects {
 public:
  explicit KnownObjects(const Subject& subject) : subject_(subject) {}
  const Subject& subject() const { return subject_; }

  // What a notification says: `flags` are its nlmsghdr's. False where it says nothing that is not known.
  bool put(ByteVector payload, uint16_t flags);
  bool remove(Bytes payload);

  // The link that a message of a bridge's is about, as it is now; empty where it says nothing new.
  ByteVector changePort(Bytes bridgeMessage);

  struct Differences {
    std::vector<ByteVector> removed, added;
  };
  // What leads from what is known to the list, which is known from then on. `list` is messages one after the
  // other, of which those that report the object count.
  Differences become(Bytes list);

 private:
  struct Variant {
    std::string name;
    ByteVector payload;
    bool listed = false;
  };
  // Hardly ever more than one of an identity, so the order of a route's is all that a vector has to keep.
  std::map<std::string, std::vector<Variant>> known_;
  Subject subject_;
};

}  // namespace netplumb
