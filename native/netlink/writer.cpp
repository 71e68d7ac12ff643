// Lays out struct nlmsghdr and struct nlattr (include/uapi/linux/netlink.h).
#include "netlink/writer.h"

#include <linux/netlink.h>

#include <stdexcept>

namespace netplumb {

// Most messages are shorter.
static constexpr size_t usualSize = 256;

Writer::Mark Writer::beginMessage(uint16_t type, uint16_t flags) {
  if (bytes_.empty()) bytes_.reserve(usualSize);
  const Mark mark = reserve(NLMSG_HDRLEN);
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  patch(mark, header);
  return mark;
}

void Writer::endMessage(Mark message) { patch(message, static_cast<uint32_t>(bytes_.size() - message)); }

size_t Writer::reserve(size_t size) {
  const size_t offset = bytes_.size();
  bytes_.resize(offset + NLMSG_ALIGN(size));
  return offset;
}

static void checkLength(size_t payload) {
  if (payload > UINT16_MAX - NLA_HDRLEN) throw std::length_error("too long for one netlink attribute");
}

size_t Writer::attribute(uint16_t type, Bytes payload) {
  checkLength(payload.size());
  const size_t offset = reserve(NLA_HDRLEN + payload.size());
  patch(offset, nlattr{static_cast<uint16_t>(NLA_HDRLEN + payload.size()), type});
  if (!payload.empty()) std::memcpy(bytes_.data() + offset + NLA_HDRLEN, payload.data(), payload.size());
  return offset + NLA_HDRLEN;
}

size_t Writer::text(uint16_t type, std::string_view text) {
  checkLength(text.size() + 1);
  const size_t offset = reserve(NLA_HDRLEN + text.size() + 1);
  patch(offset, nlattr{static_cast<uint16_t>(NLA_HDRLEN + text.size() + 1), type});
  std::memcpy(bytes_.data() + offset + NLA_HDRLEN, text.data(), text.size());
  return offset + NLA_HDRLEN;
}

Writer::Mark Writer::beginNest(uint16_t type) {
  const Mark nest = reserve(NLA_HDRLEN);
  patch(nest, nlattr{0, type});
  open_.push_back(nest);
  return nest;
}

void Writer::endNest(Mark nest) {
  const size_t length = bytes_.size() - nest;
  if (length > UINT16_MAX) throw std::length_error("too long for one netlink attribute");
  patch(nest, static_cast<uint16_t>(length));
  open_.pop_back();
}

}  // namespace netplumb
