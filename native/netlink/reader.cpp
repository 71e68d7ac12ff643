// Walks struct nlmsghdr and struct nlattr (include/uapi/linux/netlink.h) without trusting their lengths.
#include "netlink/reader.h"

#include <linux/netlink.h>

#include <algorithm>

namespace netplumb {

static Bytes skipAligned(Bytes bytes, size_t length) {
  return bytes.subspan(std::min<size_t>(NLMSG_ALIGN(length), bytes.size()));
}

std::optional<MessageView> MessageReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto header = readAt<nlmsghdr>(rest_);
  if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest_.size())
    throw MalformedMessage("netlink message has a bad length");
  const Bytes whole = rest_.first(header.nlmsg_len);
  rest_ = skipAligned(rest_, header.nlmsg_len);
  return MessageView{header.nlmsg_type, header.nlmsg_flags,          header.nlmsg_seq,
                     header.nlmsg_pid,  whole.subspan(NLMSG_HDRLEN), whole};
}

std::string_view readText(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.substr(0, text.find('\0'));
}

std::optional<AttributeView> findAttribute(Bytes attributes, uint16_t type) {
  AttributeReader reader(attributes);
  while (auto attribute = reader.next())
    if (attribute->type == type) return attribute;
  return std::nullopt;
}

}  // namespace netplumb
