// What a monitor reads off a message about an object: which object it is, whether two messages say the same,
// and what of one is worth keeping. Knows bytes and watched.h; neither sockets nor what the attributes mean.
#pragma once

#include <optional>

#include "monitor/watched.h"
#include "netlink/reader.h"
#include "netlink/table.h"

namespace netplumb {

// An object that can be monitored, with its tables.
struct Subject {
  const Watched* watched;
  const Object* object;
};

// Both are texts without meaning, to be compared. `payload` is what follows the nlmsghdr.
std::string identityOf(const Subject& subject, Bytes payload);
std::string variantOf(const Subject& subject, Bytes payload);

// The payload without counters, and without what it says about itself.
ByteVector worthKeeping(const Subject& subject, Bytes payload);

// Whether two payloads about one object differ in nothing but what changes all the time.
bool saySame(const Subject& subject, Bytes one, Bytes other);

// A bridge announces the state of a port in a message of its own family, which holds little else. The link
// as it is then; empty where the message is about no port of a bridge that `link` knows of.
std::optional<ByteVector> withPortOf(Bytes link, Bytes bridgeMessage);

}  // namespace netplumb
